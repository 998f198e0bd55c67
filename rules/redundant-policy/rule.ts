import { policyName } from "../../src/ir/policy_name.js";
import { deciderNotes, policyNames } from "../../src/lint/describe.js";
import type { Rule } from "../../src/lint/rule.js";

export const redundantPolicy: Rule = {
  name: "redundant-policy",
  meta: {
    summary: "removing the policy changes no verdict",
    severity: "warning",
    world: "every-cluster",
    preset: "recommended",
  },
  check({ needless }, report) {
    for (const { policy, by } of needless.policies) {
      // Without a namespace, which reads as "default", a policy may be applied in one that the admin tier treats otherwise.
      if (policy.namespace === "default" && by.some((decider) => decider.policy.tier !== "networkpolicy"))
        continue;
      report({
        span: policy.span,
        message:
          `${policyName(policy)} changes no verdict in any possible cluster: all that it decides, ` +
          `${policyNames(by.map((decider) => decider.policy))} already decide${by.length === 1 ? "s" : ""}`,
        notes: deciderNotes(by),
        help: "remove the policy, or narrow what covers it",
      });
    }
  },
};
