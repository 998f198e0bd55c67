import fc from "fast-check";
import { expect, test } from "vitest";
import { decideSide, matches, tierOrder } from "../../../src/analysis/semantics/decide.js";
import type { Conflict } from "../../../src/analysis/redundancy/tier_conflicts.js";
import { ambiguousPairs, correlatedPairs } from "../../../src/analysis/redundancy/tier_conflicts.js";
import type { Policy } from "../../../src/ir/policy.js";
import { policies } from "../policies.js";

function decidingRule(all: readonly Policy[], { earlier, witness }: Conflict) {
  return decideSide(all, earlier.region.direction, witness).rules[0]?.rule;
}

function isAsked(all: readonly Policy[], { earlier, later, witness }: Conflict): boolean {
  const tier = earlier.policy.tier as "admin" | "baseline";
  const matching = tierOrder(all, tier)
    .flatMap(({ rules }) => rules)
    .filter((rule) => rule.direction === earlier.region.direction && matches(rule, witness));
  return matching[0] === earlier.rule && matching.includes(later.rule!);
}

test("of ambiguous policies the one that is asked first decides the witness", () => {
  let found = 0;
  fc.assert(
    fc.property(policies, (all) => {
      for (const conflict of ambiguousPairs(all)) {
        found++;
        const { earlier, later } = conflict;
        const { span } = later.policy;
        const first = all.map((policy) =>
          policy.span.start === span.start ? { ...policy, priority: -1 } : policy,
        ) as Policy[];
        const deciding = (set: readonly Policy[], rule: typeof later.rule) =>
          expect(decidingRule(set, conflict)).toBe(rule!.action === "pass" ? undefined : rule);
        // After a pass of the admin tier a later tier decides.
        if (earlier.policy.tier === "baseline") {
          deciding(all, earlier.rule);
          deciding(first, later.rule);
        }
        expect(isAsked(all, conflict)).toBe(true);
        expect(isAsked(first, { ...conflict, earlier: later, later: earlier })).toBe(true);
      }
    }),
    { numRuns: 2000 },
  );
  expect(found).toBeGreaterThan(5);
});

test("of correlated rules the earlier one is the first that matches the witness, and neither holds the other", () => {
  let found = 0;
  fc.assert(
    fc.property(policies, (all) => {
      for (const conflict of correlatedPairs(all)) {
        found++;
        expect(isAsked(all, conflict)).toBe(true);
        expect(conflict.earlier.rule!.action).not.toBe(conflict.later.rule!.action);
      }
    }),
    { numRuns: 2000 },
  );
  expect(found).toBeGreaterThan(20);
});
