import { deciderNotes, policyNames } from "../../src/lint/describe.js";
import type { Rule } from "../../src/lint/rule.js";
import { contradicting, mayBeElsewhere } from "../../src/lint/tier_findings.js";

export const shadowedRule: Rule = {
  name: "shadowed-rule",
  meta: {
    summary: "a tier's rule has no effect, because earlier rules decide differently on everything it matches",
    severity: "warning",
    world: "every-cluster",
    preset: "recommended",
  },
  check({ redundant }, report) {
    for (const each of redundant.rules) {
      const { rule, by } = each;
      if (contradicting(each).length === 0 || by.some(mayBeElsewhere)) continue;
      const names = policyNames(by.map((decider) => decider.policy));
      const others =
        by.length === 1
          ? `another rule of ${names} already matches everything it matches, with another action`
          : `${by.length} others of ${names} together already match everything it matches, not all with the same action`;
      report({
        span: rule.span,
        message: `has no effect in any possible cluster: ${others}`,
        notes: deciderNotes(by),
        help: "move it up, or remove it",
      });
    }
  },
};
