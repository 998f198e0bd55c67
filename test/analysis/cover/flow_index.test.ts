import fc from "fast-check";
import { expect, test } from "vitest";
import { matches } from "../../../src/analysis/semantics/decide.js";
import type { Decided } from "../../../src/analysis/cover/decided.js";
import { FlowIndex } from "../../../src/analysis/cover/flow_index.js";
import { RegionIndex } from "../../../src/analysis/cover/region_index.js";
import { plainestFlow } from "../../../src/analysis/cover/plainest_flow.js";
import { isContradictory, podsIntersect } from "../../../src/analysis/sets/pod_conditions.js";
import { boxesOf } from "../../../src/analysis/sets/region.js";
import { regionsMayIntersect } from "../../../src/analysis/sets/region.js";
import { selects } from "../../../src/analysis/semantics/select.js";
import { SubjectIndex } from "../../../src/analysis/sets/subject_index.js";
import type { NetworkPolicy, Policy, Rule } from "../../../src/ir/policy.js";
import { NO_SPAN } from "../../../src/source/span.js";
import { peer, podMatch, podSelector, portMatch } from "../arbitrary.js";
import { flow } from "../flows.js";
import { policies } from "../policies.js";

/** A rule as NetworkPolicies have them, of namespace x. */
const rule: fc.Arbitrary<Rule> = fc
  .record({
    direction: fc.constantFrom("ingress" as const, "egress" as const),
    pods: podSelector,
    peers: fc.option(fc.array(peer, { minLength: 1, maxLength: 2 }), { nil: undefined, freq: 50 }),
    ports: fc.option(fc.array(portMatch, { minLength: 1, maxLength: 2 }), { nil: undefined, freq: 50 }),
  })
  .map(({ direction, pods, peers, ports }) => ({
    direction,
    action: "allow",
    subject: {
      kind: "pods",
      namespaces: { kind: "name", name: "x", span: NO_SPAN },
      pods,
      span: NO_SPAN,
    },
    ...(peers && { peers }),
    ...(ports && { ports }),
    logged: false,
    span: NO_SPAN,
  }));

test("a rule is alone with a flow just when no other one matches it", () => {
  const flows = { ofOne: 0, ofMore: 0 };
  fc.assert(
    // Enough rules to be indexed by both of their ends.
    fc.property(
      fc.array(rule, { minLength: 60, maxLength: 90 }),
      fc.array(flow, { minLength: 20 }),
      (all, some) => {
        for (const direction of ["ingress", "egress"] as const) {
          const rules = all
            .filter((each) => each.direction === direction)
            .map((each): Decided => ({ policy: {} as Policy, rule: each, region: each, logged: false }));
          const index = new FlowIndex(direction, rules);
          for (const make of some) {
            const each = make(direction);
            const matching = rules.filter((other) => matches(other.rule!, each));
            flows[matching.length === 1 ? "ofOne" : "ofMore"]++;
            const alone = rules.filter((one) => index.isAlone(one, each));
            expect(alone).toEqual(matching.length === 0 ? rules : matching.length === 1 ? matching : []);
          }
        }
      },
    ),
    { numRuns: 100 },
  );
  expect(Math.min(flows.ofOne, flows.ofMore)).toBeGreaterThan(100);
});

test("the plainest flow of a box is in the box", () => {
  let boxes = 0;
  fc.assert(
    fc.property(rule, (each) => {
      for (const box of boxesOf(each)) {
        const found = plainestFlow(box);
        if (!found) continue;
        boxes++;
        expect(matches(each, found)).toBe(true);
      }
    }),
    { numRuns: 2000 },
  );
  expect(boxes).toBeGreaterThan(1000);
});

test("policies are found by a pod that they may select, and by a subject that they may share one with", () => {
  fc.assert(
    fc.property(fc.array(policies, { maxLength: 20 }), podMatch, flow, (sets, subject, make) => {
      const all = sets
        .flat()
        .filter((each): each is NetworkPolicy => each.tier === "networkpolicy")
        .filter((each) => !isContradictory(each.subject));
      const index = new SubjectIndex(all);
      const { to } = make("ingress");
      if (to.kind !== "pod") return;
      const { labels } = to.pod;
      const near = index.candidates(labels);
      expect(near.filter(({ subject: { pods } }) => selects(pods, labels))).toEqual(
        all.filter(({ subject: { pods } }) => selects(pods, labels)),
      );
      if (!isContradictory(subject))
        expect(index.meeting(subject)).toEqual(all.filter((each) => podsIntersect(subject, each.subject)));
    }),
    { numRuns: 300 },
  );
});

test("all rules that may match the same as a region are found, in their order", () => {
  let left = 0;
  fc.assert(
    fc.property(fc.array(policies, { maxLength: 20 }), rule, (sets, each) => {
      const all = sets
        .flat()
        .flatMap((policy) => policy.rules.map((own) => ({ policy, rule: own, region: own, logged: false })));
      const found = new RegionIndex(all).meeting(each);
      left += all.length - found.length;
      const meeting = (rules: readonly Decided[]) =>
        rules.filter(({ region }) => regionsMayIntersect(region, each));
      expect(meeting(found)).toEqual(meeting(all));
    }),
    { numRuns: 300 },
  );
  expect(left).toBeGreaterThan(1000);
});
