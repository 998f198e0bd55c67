import { deciderNotes, policyNames } from "../../src/lint/describe.js";
import type { Rule } from "../../src/lint/rule.js";
import { mayBeElsewhere } from "../../src/lint/tier_findings.js";

export const baselineUnreachable: Rule = {
  name: "baseline-unreachable",
  meta: {
    summary: "a rule of the baseline tier has no effect, because earlier tiers decide everything it matches",
    severity: "warning",
    world: "every-cluster",
    preset: "recommended",
  },
  check({ redundant }, report) {
    for (const { policy, rule, by, earlierTier } of redundant.rules) {
      if (policy.tier !== "baseline" || !earlierTier || by.some(mayBeElsewhere)) continue;
      const names = policyNames(by.map((decider) => decider.policy));
      report({
        span: rule.span,
        message: `has no effect in any possible cluster: ${names} already decide${by.length === 1 ? "s" : ""} everything it matches before the baseline tier`,
        notes: deciderNotes(by),
        help: "remove it, or narrow what covers it",
      });
    }
  },
};
