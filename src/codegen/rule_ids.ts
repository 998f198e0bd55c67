import type { Policy, Rule } from "../ir/policy.js";

/** The ids that programs report: 1, 2, 3, ... over all rules of all policies, in order. 0 stands for "no rule". */
export function ruleIds(policies: readonly Policy[]): ReadonlyMap<Rule, number> {
  const rules = policies.flatMap((policy) => policy.rules);
  return new Map(rules.map((rule, index) => [rule, index + 1]));
}
