import { deciderNotes, policyNames } from "../../src/lint/describe.js";
import { removeItemFix } from "../../src/lint/fix/remove_item.js";
import { podsAreCoveredAsPods } from "../../src/analysis/cover/covered_without_blocks.js";
import type { Rule } from "../../src/lint/rule.js";
import { holdsWhereverApplied } from "../../src/lint/scopes/unwritten_namespace.js";

export const redundantRule: Rule = {
  name: "redundant-rule",
  meta: {
    summary: "other rules already allow everything that a NetworkPolicy's rule allows",
    severity: "warning",
    world: "every-cluster",
    preset: "recommended",
    fixable: true,
  },
  check({ redundant, sources }, report) {
    for (const { rule, policy, by, earlierTier } of redundant.rules) {
      if (policy.tier !== "networkpolicy" || earlierTier) continue;
      if (!holdsWhereverApplied(policy, [rule], by) || !podsAreCoveredAsPods([rule], by)) continue;
      const names = policyNames(by.map((decider) => decider.policy));
      const one = by.length === 1;
      const others = one ? `another rule of ${names}` : `${by.length} others of ${names} together`;
      const verb = by.every((decider) => decider.rule?.action === "allow") ? "allow" : "decide";
      const fix = removeItemFix(sources, rule.span, "remove the rule");
      report({
        span: rule.span,
        message: `has no effect in any possible cluster: ${others} already ${verb}${one ? "s" : ""} everything it matches`,
        notes: deciderNotes(by),
        help: "remove it, or narrow what covers it",
        ...(fix && { fix }),
      });
    }
  },
};
