import { deciderNotes, policyNames } from "../../src/lint/describe.js";
import type { Rule } from "../../src/lint/rule.js";

export const shadowedRule: Rule = {
  name: "shadowed-rule",
  meta: {
    summary: "a tier's rule never decides, because earlier ones together cover all that it matches",
    severity: "warning",
    world: "every-cluster",
    preset: "recommended",
  },
  check({ needless }, report) {
    for (const { rule, policy, by, earlierTier } of needless.rules) {
      if (policy.tier === "networkpolicy" || earlierTier) continue;
      const one = by.length === 1;
      const names = policyNames(by.map((decider) => decider.policy));
      const others = one ? `another rule of ${names}` : `${by.length} others of ${names} together`;
      report({
        span: rule.span,
        message: `never decides in any possible cluster: ${others} already decide${one ? "s" : ""} all that it matches`,
        notes: deciderNotes(by),
        help: "remove it, or narrow what covers it",
      });
    }
  },
};
