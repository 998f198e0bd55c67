import { deciderNotes, policyNames } from "../../src/lint/describe.js";
import type { Rule } from "../../src/lint/rule.js";

export const shadowedRule: Rule = {
  name: "shadowed-rule",
  meta: {
    summary: "a rule never decides, because others together cover all that it matches",
    severity: "warning",
    world: "every-cluster",
    preset: "recommended",
  },
  check({ needless }, report) {
    for (const { rule, policy, by, earlierTier } of needless.rules) {
      if (earlierTier) continue;
      const names = policyNames(by.map((decider) => decider.policy));
      const others =
        by.length === 1 ? `another rule of ${names}` : `${by.length} others of ${names} together`;
      const already = policy.tier === "networkpolicy" ? "already allow" : "already decide";
      report({
        span: rule.span,
        message: `never decides in any possible cluster: ${others} ${by.length === 1 ? `${already}s` : already} all that it matches`,
        notes: deciderNotes(by),
        help: "remove it, or narrow what covers it",
      });
    }
  },
};
