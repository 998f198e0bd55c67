import type { Pod } from "../../ir/inventory.js";
import { writtenNamespace } from "../../ir/namespaced.js";
import type { Direction, LabelSelector, NetworkPolicy, Policy } from "../../ir/policy.js";
import { selectionByLabels } from "../../analysis/semantics/selection.js";

type Isolators = Map<string, { readonly pods: LabelSelector; readonly policy: NetworkPolicy }>;

/** Which NetworkPolicies isolate known pods. */
export class Isolation {
  /** Policies with different selectors, by namespace if one is written. */
  private readonly byNamespace: Record<Direction, Map<string | undefined, Isolators>> = {
    ingress: new Map(),
    egress: new Map(),
  };

  constructor(policies: readonly Policy[]) {
    for (const policy of policies) {
      if (policy.tier !== "networkpolicy") continue;
      for (const direction of ["ingress", "egress"] as const)
        if (policy.isolates[direction]) this.add(policy, direction);
    }
  }

  /** A policy that isolates the pod in this direction. */
  of(pod: Pod, direction: Direction): NetworkPolicy | undefined {
    for (const { pods, policy } of this.byNamespace[direction].get(writtenNamespace(pod))?.values() ?? [])
      if (selectionByLabels(pods, pod) === "yes") return policy;
    return undefined;
  }

  /**
   * Does some policy isolate the pod, or may it? Some labels of the pod may be unknown, and an object without a namespace
   * may be in any.
   */
  mayBe(pod: Pod, direction: Direction): boolean {
    const byNamespace = this.byNamespace[direction];
    const namespace = writtenNamespace(pod);
    const groups =
      namespace === undefined
        ? [...byNamespace.values()]
        : [byNamespace.get(namespace), byNamespace.get(undefined)];
    for (const group of groups)
      for (const { pods } of group?.values() ?? []) if (selectionByLabels(pods, pod) !== "no") return true;
    return false;
  }

  private add(policy: NetworkPolicy, direction: Direction): void {
    const { subject } = policy;
    const namespace = writtenNamespace(policy);
    const selector = JSON.stringify(
      subject.pods.requirements.map(({ key, operator, values }) => [key, operator, values]),
    );
    const groups = this.byNamespace[direction];
    let group = groups.get(namespace);
    if (!group) groups.set(namespace, (group = new Map()));
    if (!group.has(selector)) group.set(selector, { pods: subject.pods, policy });
  }
}
