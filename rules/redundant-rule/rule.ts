import { deciderNotes, policyNames } from "../../src/lint/describe.js";
import { removeItemFix } from "../../src/lint/fix/remove_item.js";
import type { Rule } from "../../src/lint/rule.js";

export const redundantRule: Rule = {
  name: "redundant-rule",
  meta: {
    summary: "other rules together already allow all that a NetworkPolicy's rule allows",
    severity: "warning",
    world: "every-cluster",
    preset: "recommended",
    fixable: true,
  },
  check({ needless, sources }, report) {
    for (const { rule, policy, by, earlierTier } of needless.rules) {
      if (policy.tier !== "networkpolicy" || earlierTier) continue;
      // Without a namespace, which reads as "default", a policy may be applied in one that the admin tier treats otherwise.
      if (policy.namespace === "default" && by.some((decider) => decider.policy.tier !== "networkpolicy"))
        continue;
      const names = policyNames(by.map((decider) => decider.policy));
      const one = by.length === 1;
      const others = one ? `another rule of ${names}` : `${by.length} others of ${names} together`;
      const verb = by.every((decider) => decider.rule?.action === "allow") ? "allow" : "decide";
      const fix = removeItemFix(sources, rule.span, "remove the rule");
      report({
        span: rule.span,
        message: `never decides in any possible cluster: ${others} already ${verb}${one ? "s" : ""} all that it matches`,
        notes: deciderNotes(by),
        help: "remove it, or narrow what covers it",
        ...(fix && { fix }),
      });
    }
  },
};
