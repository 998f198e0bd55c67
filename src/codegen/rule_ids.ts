import type { Policy, Rule } from "../ir/policy.js";
import { rulesOf } from "./policy_set.js";
import type { PolicySet } from "./policy_set.js";

/** The ids that the manifest gives: 1, 2, 3, ... over all rules of all policies, in order. */
export function ruleIds(policies: readonly Policy[]): ReadonlyMap<Rule, number> {
  const rules = policies.flatMap((policy) => policy.rules);
  return new Map(rules.map((rule, index) => [rule, index + 1]));
}

/**
 * The ids that the programs of one policy set report: 1, 2, 3, ... over its rules, in order of evaluation; 0 stands for "no
 * rule". They do not depend on other sets: namespaces with like policies have like programs.
 */
export function localRuleIds(set: PolicySet): ReadonlyMap<Rule, number> {
  return new Map(rulesOf(set).map((rule, index) => [rule, index + 1]));
}
