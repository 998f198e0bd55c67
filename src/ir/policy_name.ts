import type { Policy } from "./policy.js";

/** What names one policy of a cluster, such as "NetworkPolicy shop/api" or "ClusterNetworkPolicy guardrails". */
export function policyName(policy: Policy): string {
  if (policy.kind === "NetworkPolicy") return `NetworkPolicy ${policy.namespace}/${policy.name}`;
  return `${policy.writtenAs ?? policy.kind} ${policy.name}`;
}
