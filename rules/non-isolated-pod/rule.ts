import type { Pod } from "../../src/ir/inventory.js";
import type { Policy, Rule as PolicyRule } from "../../src/ir/policy.js";
import { Isolation } from "../../src/lint/known/isolation.js";
import type { KnownPods } from "../../src/lint/known/known_pods.js";
import { knownWorkloads } from "../../src/lint/known/known_workloads.js";
import type { Rule } from "../../src/lint/rule.js";

export const nonIsolatedPod: Rule = {
  name: "non-isolated-pod",
  meta: {
    summary: "no NetworkPolicy isolates a known pod",
    severity: "warning",
    world: "inventory",
    preset: "strict",
  },
  check({ policies, inventory, known, incomplete }, report) {
    if (incomplete) return;
    const isolation = new Isolation(policies);
    const closing = policies.flatMap(closingRules);
    // asymmetric-isolation reports pods that are isolated for egress only.
    const isOpen = (pod: Pod) =>
      !isolation.mayBe(pod, "ingress") && !isolation.mayBe(pod, "egress") && !isClosed(pod, closing, known);
    for (const { name, pods } of knownWorkloads(inventory.pods)) {
      if (!pods.every(isOpen)) continue;
      report({
        span: pods[0]!.span,
        message: `no NetworkPolicy isolates ${name}: it allows every connection that no tier denies`,
        help: "add a policy that selects its pods, or all pods of the namespace",
      });
    }
  },
};

/** Tier rules that deny their subject everything that no earlier rule allows. */
function closingRules(policy: Policy): readonly PolicyRule[] {
  return policy.rules.filter(
    ({ action, direction, peers, ports }) =>
      action === "deny" &&
      direction === "ingress" &&
      ports === undefined &&
      (peers === undefined ||
        peers.some((peer) => peer.kind === "pods" && peer.pods.requirements.length === 0)),
  );
}

function isClosed(pod: Pod, closing: readonly PolicyRule[], known: KnownPods): boolean {
  return closing.some(({ subject }) => known.selection(subject, pod) !== "no");
}
