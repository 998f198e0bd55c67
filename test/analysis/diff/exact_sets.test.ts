import fc from "fast-check";
import { expect, test } from "vitest";
import { decide, decideSide } from "../../../src/analysis/semantics/decide.js";
import type { Endpoint, Flow } from "../../../src/analysis/semantics/decide.js";
import { semanticDiff } from "../../../src/analysis/diff/semantic_diff.js";
import { IPS, PODS, PORTS, PROTOCOL_PORTS } from "../flows.js";
import { isListed } from "./listed_sets.js";
import { pairs } from "./pairs.js";

const pod = fc.constantFrom(...PODS);

/** Between two pods of one cluster, or a pod and an address, all of one family. */
const anyFlow: fc.Arbitrary<Flow> = fc
  .record({
    one: pod,
    other: fc.option(pod, { nil: undefined, freq: 3 }),
    ips: fc
      .tuple(fc.constantFrom(...IPS), fc.constantFrom(...IPS))
      .filter(([a, b]) => a.includes(":") === b.includes(":")),
    ports: fc.constantFrom(...PORTS),
    what: fc.constantFrom(...PROTOCOL_PORTS),
    toOne: fc.boolean(),
  })
  .map(({ one, other, ips, ports, what, toOne }) => {
    const end = ({ namespace, labels }: (typeof PODS)[number], ip: string): Endpoint => {
      return { kind: "pod", pod: { namespace: namespace.name, name: "p", labels, ports }, namespace, ip };
    };
    // In one cluster a namespace has its labels once.
    const there =
      other?.namespace.name === one.namespace.name ? { ...other, namespace: one.namespace } : other;
    const far: Endpoint = there ? end(there, ips[1]) : { kind: "address", ip: ips[1] };
    const own = end(one, ips[0]);
    return toOne ? { from: far, to: own, ...what } : { from: own, to: far, ...what };
  });

test("in every cluster, a flow is listed just when the reference semantics decides it differently", () => {
  const seen = { opened: 0, closed: 0, denied: 0, same: 0 };
  fc.assert(
    fc.property(pairs, fc.array(anyFlow, { minLength: 150, maxLength: 150 }), ({ before, after }, flows) => {
      const diff = semanticDiff(before, after);
      expect(diff.complete).toBe(true);
      for (const flow of flows) {
        const [was, is] = [decide(before, flow).verdict, decide(after, flow).verdict];
        for (const kind of ["opened", "closed"] as const) {
          const [from, to] = kind === "opened" ? ["deny", "allow"] : ["allow", "deny"];
          const listed = diff[kind].filter((change) => isListed(change, flow));
          const changed = was === from && is === to;
          if (changed) seen[kind]++;
          expect(listed.some(({ connection }) => connection === "changed")).toBe(changed);
          for (const direction of ["ingress", "egress"] as const) {
            const sideWas = decideSide(before, direction, flow).verdict;
            const sideIs = decideSide(after, direction, flow).verdict;
            const own = listed.filter((change) => change.direction === direction);
            expect(own.length > 0).toBe(sideWas === from && sideIs === to);
            if (own.some(({ connection }) => connection === "unchanged")) seen.denied++;
          }
        }
        if (was === is) seen.same++;
      }
    }),
    { numRuns: 150 },
  );
  expect(seen.opened).toBeGreaterThan(300);
  expect(seen.closed).toBeGreaterThan(300);
  expect(seen.denied).toBeGreaterThan(100);
  expect(seen.same).toBeGreaterThan(3000);
});

test("where there are too many kinds of ends, every change is listed still, or more are said to be there", () => {
  const seen = { complete: 0, incomplete: 0 };
  fc.assert(
    fc.property(
      pairs,
      fc.constantFrom(1, 3, 6),
      fc.array(anyFlow, { minLength: 60, maxLength: 60 }),
      ({ before, after }, limit, flows) => {
        const diff = semanticDiff(before, after, { limit });
        seen[diff.complete ? "complete" : "incomplete"]++;
        if (!diff.complete) return;
        for (const flow of flows) {
          const [was, is] = [decide(before, flow).verdict, decide(after, flow).verdict];
          for (const kind of ["opened", "closed"] as const) {
            const listed = diff[kind].filter((change) => isListed(change, flow));
            const changed = was !== is && (is === "allow") === (kind === "opened");
            if (changed) expect(listed.some(({ connection }) => connection !== "unchanged")).toBe(true);
            else expect(listed.some(({ connection }) => connection === "changed")).toBe(false);
          }
        }
      },
    ),
    { numRuns: 150 },
  );
  expect(seen.complete).toBeGreaterThan(10);
  expect(seen.incomplete).toBeGreaterThan(10);
});
