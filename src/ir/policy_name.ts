import type { Policy } from "./policy.js";

/** What names one policy of a cluster, such as "NetworkPolicy shop/api" or "AdminTier guardrails". */
export function policyName(policy: Policy): string {
  return policy.kind === "NetworkPolicy"
    ? `NetworkPolicy ${policy.namespace}/${policy.name}`
    : `${policy.kind} ${policy.name}`;
}
