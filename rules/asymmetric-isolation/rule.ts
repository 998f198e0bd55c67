import type { Direction, NetworkPolicy } from "../../src/ir/policy.js";
import { policyName } from "../../src/ir/policy_name.js";
import { Isolation } from "../../src/lint/known/isolation.js";
import { knownWorkloads } from "../../src/lint/known/known_workloads.js";
import type { KnownWorkload } from "../../src/lint/known/known_workloads.js";
import type { Rule } from "../../src/lint/rule.js";

export const asymmetricIsolation: Rule = {
  name: "asymmetric-isolation",
  meta: {
    summary: "known pods are isolated in one direction only",
    severity: "warning",
    world: "inventory",
    preset: "strict",
  },
  check({ policies, inventory, incomplete }, report) {
    if (incomplete) return;
    const isolation = new Isolation(policies);
    const byPolicy = new Map<NetworkPolicy, { direction: Direction; workloads: KnownWorkload[] }>();
    for (const workload of knownWorkloads(inventory.pods)) {
      const half = halfIsolated(workload, isolation);
      if (!half) continue;
      const group = byPolicy.get(half.policy);
      if (group) group.workloads.push(workload);
      else byPolicy.set(half.policy, { direction: half.direction, workloads: [workload] });
    }
    for (const [policy, { direction, workloads }] of byPolicy) {
      const other = direction === "ingress" ? "egress" : "ingress";
      const [first, ...more] = workloads;
      const names = `${first!.name}${more.length > 0 ? ` and ${more.length} more known workload${more.length > 1 ? "s" : ""}` : ""}`;
      report({
        span: policy.subject.span,
        message: `${policyName(policy)} isolates ${names} for ${direction}, and no policy does for ${other}`,
        notes: [{ message: "the pods", span: first!.pods[0]!.span }],
        help: `isolate them for ${other} too, and allow what they need`,
      });
    }
  },
};

/** Is every pod of the workload isolated in one direction, and certainly none in the other? */
function halfIsolated(
  { pods }: KnownWorkload,
  isolation: Isolation,
): { readonly policy: NetworkPolicy; readonly direction: Direction } | undefined {
  for (const [direction, other] of [
    ["ingress", "egress"],
    ["egress", "ingress"],
  ] as const) {
    const policy = isolation.of(pods[0]!, direction);
    if (!policy || pods.some((pod) => isolation.mayBe(pod, other) || !isolation.of(pod, direction))) continue;
    return { policy, direction };
  }
  return undefined;
}
