import { deciderNotes, policyNames } from "../../src/lint/describe.js";
import { removeItemFix } from "../../src/lint/fix/remove_item.js";
import type { Rule } from "../../src/lint/rule.js";
import { contradicting, mayBeElsewhere } from "../../src/lint/tier_findings.js";

export const redundantTierRule: Rule = {
  name: "redundant-tier-rule",
  meta: {
    summary: "removing a rule of a tier changes no verdict, because other rules of its tier decide the same",
    severity: "warning",
    world: "every-cluster",
    preset: "recommended",
    fixable: true,
  },
  check({ redundant, sources }, report) {
    for (const each of redundant.rules) {
      const { policy, rule, by, earlierTier, byLater } = each;
      if (policy.tier === "networkpolicy" || earlierTier || contradicting(each).length > 0) continue;
      if (by.some(mayBeElsewhere)) continue;
      const names = policyNames(by.map((decider) => decider.policy));
      const others =
        by.length === 1 ? `another rule of ${names}` : `${by.length} others of ${names} together`;
      const message = byLater
        ? `changes no verdict in any possible cluster: without it, ${others} would decide the same`
        : `has no effect in any possible cluster: ${others} already match${by.length === 1 ? "es" : ""} everything it matches, with the same action`;
      const fix = removeItemFix(sources, rule.span, "remove the rule");
      report({
        span: rule.span,
        message,
        notes: deciderNotes(by),
        help: "remove it, or narrow what covers it",
        ...(fix && { fix }),
      });
    }
  },
};
