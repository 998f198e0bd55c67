import fc from "fast-check";
import { expect, test } from "vitest";
import { decide } from "../../src/analysis/decide.js";
import { findNeedless } from "../../src/analysis/needless.js";
import { flow } from "./flows.js";
import { policies } from "./policies.js";

test("all that is found can be removed at once, and no verdict changes", () => {
  const found = { policies: 0, sameTier: 0, earlierTier: 0, byLater: 0 };
  fc.assert(
    fc.property(policies, fc.array(flow, { minLength: 40, maxLength: 40 }), (all, flows) => {
      const needless = findNeedless(all);
      const gone = new Set<object>([
        ...needless.policies.map(({ policy }) => policy),
        ...needless.rules.map(({ rule }) => rule),
      ]);
      found.policies += needless.policies.length;
      for (const { earlierTier, byLater } of needless.rules)
        found[earlierTier ? "earlierTier" : byLater ? "byLater" : "sameTier"]++;
      fc.pre(gone.size > 0);
      const rest = all
        .filter((policy) => !gone.has(policy))
        .map((policy) => ({ ...policy, rules: policy.rules.filter((rule) => !gone.has(rule)) }));
      for (const make of flows)
        for (const direction of ["ingress", "egress"] as const) {
          const each = make(direction);
          expect(decide(rest, each).verdict).toBe(decide(all, each).verdict);
        }
    }),
    { numRuns: 1000, maxSkipsPerRun: 100 },
  );
  for (const count of Object.values(found)) expect(count).toBeGreaterThan(10);
});

test("any one rule that is found can be removed alone, the others left in place, and no verdict changes", () => {
  fc.assert(
    fc.property(policies, fc.nat(), fc.array(flow, { minLength: 20, maxLength: 20 }), (all, n, flows) => {
      const { rules } = findNeedless(all);
      fc.pre(rules.length > 0);
      const gone = rules[n % rules.length]!.rule;
      const rest = all.map((policy) => ({ ...policy, rules: policy.rules.filter((rule) => rule !== gone) }));
      for (const make of flows)
        for (const direction of ["ingress", "egress"] as const) {
          const each = make(direction);
          expect(decide(rest, each).verdict).toBe(decide(all, each).verdict);
        }
    }),
    { numRuns: 500, maxSkipsPerRun: 100 },
  );
});

test("what is named as the reason is not itself found", () => {
  fc.assert(
    fc.property(policies, (all) => {
      const needless = findNeedless(all);
      const gone = new Set<object>([
        ...needless.policies.map(({ policy }) => policy),
        ...needless.rules.map(({ rule }) => rule),
      ]);
      for (const { by } of [...needless.rules, ...needless.policies]) {
        expect(by.length).toBeGreaterThan(0);
        for (const { policy, rule } of by) expect(gone.has(rule ?? policy)).toBe(false);
      }
    }),
    { numRuns: 1000 },
  );
});
