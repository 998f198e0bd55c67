import type { Policy } from "../ir/policy.js";
import { policyName } from "../ir/policy_name.js";
import type { Diagnostic } from "../source/diagnostic.js";

/** Rules that would be written as what polc makes of them, and so lose what they say to a plugin that knows their peers. */
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
