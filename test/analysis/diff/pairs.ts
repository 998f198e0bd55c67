/** Random pairs of policy sets, for what compares two. */
import fc from "fast-check";
import type { Policy } from "../../../src/ir/policy.js";
import { policies } from "../policies.js";

/** Two sets that differ a little: some policies and rules left out of each, some in another order. */
export const pairs: fc.Arbitrary<{ before: Policy[]; after: Policy[] }> = fc.oneof(
  fc.record({ before: policies, after: policies }),
  fc
    .tuple(policies, fc.array(fc.nat({ max: 7 }), { minLength: 16, maxLength: 16 }))
    .map(([all, choices]) => ({ before: all, after: altered(all, choices) })),
);

function altered(all: readonly Policy[], choices: readonly number[]): Policy[] {
  return all.flatMap((policy, i) => {
    const choice = choices[i % choices.length]!;
    if (choice === 0) return [];
    if (choice === 1) return [{ ...policy, rules: policy.rules.slice(1) }];
    if (choice === 2) return [{ ...policy, rules: [...policy.rules].reverse() }];
    return [policy];
  });
}
