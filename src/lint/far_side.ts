/** What the policies at the other end of a connection say. */
import { regionsMayIntersect } from "../analysis/region.js";
import type { Region } from "../analysis/region.js";
import { SubjectIndex } from "../analysis/subject_index.js";
import type { Pod } from "../ir/inventory.js";
import type { Direction, NetworkPolicy, Policy, Rule } from "../ir/policy.js";
import type { KnownPods } from "./known_pods.js";
import { namespaceScope } from "./namespace_scope.js";

/** The policies of one scope, asked about known pods. */
export class FarSide {
  private readonly byNamespace: ReadonlyMap<string, SubjectIndex>;
  /** Rules of the admin tier that allow, or leave it to others. */
  private readonly admin: readonly Rule[];
  private readonly selecting = new Map<Pod, readonly NetworkPolicy[]>();

  constructor(
    policies: readonly Policy[],
    private readonly known: KnownPods,
  ) {
    const groups = new Map<string, NetworkPolicy[]>();
    for (const policy of policies) {
      if (policy.tier !== "networkpolicy") continue;
      const group = groups.get(policy.namespace);
      if (group) group.push(policy);
      else groups.set(policy.namespace, [policy]);
    }
    this.byNamespace = new Map([...groups].map(([name, group]) => [name, new SubjectIndex(group)]));
    this.admin = policies.flatMap((policy) =>
      policy.tier === "admin" ? policy.rules.filter(({ action }) => action !== "deny") : [],
    );
  }

  /**
   * The policies that deny, at the rule's peers, all that it allows: each known pod that a peer selects is isolated, and
   * nothing there may allow any of it. Undefined if something may, or if other pods may be peers.
   */
  deniers(rule: Rule): readonly NetworkPolicy[] | undefined {
    if (!rule.peers) return undefined;
    const direction = rule.direction === "ingress" ? "egress" : "ingress";
    const isolating = new Set<NetworkPolicy>();
    for (const peer of rule.peers) {
      const selected = peer.kind === "pods" ? this.known.selectedAmongKnown(peer) : undefined;
      if (!selected || peer.kind !== "pods") return undefined;
      if (selected.some((pod) => !this.isIsolated(pod, direction))) return undefined;
      const region: Region = {
        direction,
        subject: peer,
        peers: [rule.subject],
        ...(rule.ports && { ports: rule.ports }),
      };
      if (this.admin.some((each) => regionsMayIntersect(region, each))) return undefined;
      for (const pod of selected) {
        const found = this.isolatorsWithoutAllow(pod, direction, region);
        if (!found) return undefined;
        for (const policy of found) isolating.add(policy);
      }
    }
    return isolating.size > 0 ? [...isolating] : undefined;
  }

  /** Policies do not apply to pods of the host's network. */
  private isIsolated(pod: Pod, direction: Direction): boolean {
    return !pod.hostNetwork && this.policiesOf(pod).some(({ isolates }) => isolates[direction]);
  }

  private isolatorsWithoutAllow(
    pod: Pod,
    direction: Direction,
    region: Region,
  ): readonly NetworkPolicy[] | undefined {
    const policies = this.policiesOf(pod).filter(({ isolates }) => isolates[direction]);
    const allows = policies.some(({ rules }) => rules.some((rule) => regionsMayIntersect(region, rule)));
    const sure = policies.filter((policy) => namespaceScope(policy) === namespaceScope(pod));
    return allows || sure.length === 0 ? undefined : sure;
  }

  private policiesOf(pod: Pod): readonly NetworkPolicy[] {
    let policies = this.selecting.get(pod);
    if (!policies) {
      const near = this.byNamespace.get(pod.namespace)?.near(pod.labels) ?? [];
      policies = near.filter(({ subject }) => this.known.selects(subject, pod));
      this.selecting.set(pod, policies);
    }
    return policies;
  }
}
