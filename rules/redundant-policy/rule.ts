import { policyName } from "../../src/ir/policy_name.js";
import { deciderNotes, policyNames } from "../../src/lint/describe.js";
import { podsAreCoveredAsPods } from "../../src/analysis/cover/covered_without_blocks.js";
import type { Rule } from "../../src/lint/rule.js";
import type { Span } from "../../src/source/span.js";
import { holdsWhereverApplied } from "../../src/lint/scopes/unwritten_namespace.js";

export const redundantPolicy: Rule = {
  name: "redundant-policy",
  meta: {
    summary: "removing the policy changes no verdict",
    severity: "warning",
    world: "every-cluster",
    preset: "recommended",
  },
  check({ redundant, observations }, report) {
    const stubs = new Set(
      observations.flatMap(({ kind, span }) => (kind === "spec-omitted" ? [placeOf(span)] : [])),
    );
    for (const { policy, by } of redundant.policies) {
      const { rules } = policy;
      if (!holdsWhereverApplied(policy, rules, by) || !podsAreCoveredAsPods(rules, by)) continue;
      // A policy without a spec, as in test suites of other tools, is hardly meant to be applied.
      if ([policy, ...by.map((decider) => decider.policy)].some(({ span }) => stubs.has(placeOf(span))))
        continue;
      const deciders = new Set(by.map((decider) => decider.policy));
      report({
        span: policy.span,
        message:
          `${policyName(policy)} changes no verdict in any possible cluster: ` +
          `${policyNames([...deciders])} already decide${deciders.size === 1 ? "s" : ""} everything it decides`,
        notes: deciderNotes(by),
        help: "remove the policy, or narrow what covers it",
      });
    }
  },
};

function placeOf({ file, start }: Span): string {
  return `${file}:${start}`;
}
