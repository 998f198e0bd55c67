/** The JSON of a decision, shared by `polc diff` and `polc explain`. */
import type { DecidingRule } from "../../analysis/semantics/decide.js";
import type { Policy } from "../../ir/policy.js";
import type { Span } from "../../source/span.js";

interface Places {
  /** `file:line` */
  where(span: Span): string;
}

export function policyOf(policy: Policy, places: Places): object {
  return {
    kind: policy.kind,
    ...(policy.kind === "NetworkPolicy" && { namespace: policy.namespace }),
    name: policy.name,
    source: places.where(policy.span),
  };
}

export function ruleOf({ policy, rule }: DecidingRule, places: Places): object {
  return { policy: policyOf(policy, places), action: rule.action, source: places.where(rule.span) };
}
