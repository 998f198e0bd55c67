import { selects } from "../analysis/select.js";
import type { Pod } from "../ir/inventory.js";
import type { Direction, LabelSelector, NetworkPolicy, Policy } from "../ir/policy.js";

type Isolators = Map<string, { readonly pods: LabelSelector; readonly policy: NetworkPolicy }>;

/** Which NetworkPolicies isolate known pods. */
export class Isolation {
  /** By namespace, policies of different selectors. */
  private readonly byNamespace: Record<Direction, Map<string, Isolators>> = {
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

  /**
   * A policy that isolates the pod in this direction, or may: where an object has no namespace, which reads as
   * "default", whoever applies the file chooses it, so it is taken to be the same as any other.
   */
  of(pod: Pod, direction: Direction): NetworkPolicy | undefined {
    const byNamespace = this.byNamespace[direction];
    const groups =
      pod.namespace === "default"
        ? [...byNamespace.values()]
        : [byNamespace.get(pod.namespace), byNamespace.get("default")];
    for (const group of groups)
      for (const { pods, policy } of group?.values() ?? []) if (selects(pods, pod.labels)) return policy;
    return undefined;
  }

  private add(policy: NetworkPolicy, direction: Direction): void {
    const { namespace, subject } = policy;
    const selector = JSON.stringify(
      subject.pods.requirements.map(({ key, operator, values }) => [key, operator, values]),
    );
    const groups = this.byNamespace[direction];
    let group = groups.get(namespace);
    if (!group) groups.set(namespace, (group = new Map()));
    if (!group.has(selector)) group.set(selector, { pods: subject.pods, policy });
  }
}
