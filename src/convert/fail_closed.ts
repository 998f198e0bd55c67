import type { Policy } from "../ir/policy.js";
import { policyName } from "../ir/policy_name.js";
import type { Diagnostic } from "../source/diagnostic.js";

/** Reports rules whose conversion would lose their meaning for plugins that support their peers. */
export function failClosedRules(policies: readonly Policy[]): readonly Diagnostic[] {
  return policies.flatMap((policy) =>
    (policy.kind === "NetworkPolicy" ? [] : (policy.failClosed ?? [])).map((rule): Diagnostic => {
      const kinds = [...new Set(rule.unknown.map(({ kind }) => kind))].join(" and ");
      return {
        rule: "inexpressible-peer",
        severity: "error",
        message: `${policyName(policy)}: polc does not support ${kinds}, so this rule cannot be converted`,
        span: rule.span,
        notes: rule.unknown.map(({ kind, span }) => ({ message: kind, span })),
        help: "list the addresses in `networks`, or keep this policy and convert the others",
      };
    }),
  );
}
