/** What the policies at the other end of a connection decide. */
import { regionsMayIntersect } from "../../analysis/sets/region.js";
import type { Region } from "../../analysis/sets/region.js";
import { SubjectIndex } from "../../analysis/sets/subject_index.js";
import type { Pod } from "../../ir/inventory.js";
import { writtenNamespace } from "../../ir/namespaced.js";
import type { Direction, NetworkPolicy, Policy, Rule } from "../../ir/policy.js";
import type { KnownPods } from "./known_pods.js";
import { isUnwritten, namespaceScope, regionAnywhere } from "../scopes/namespace_scope.js";
import { isSetLater } from "../../analysis/semantics/selection.js";

/** The policies of one scope, evaluated for known pods. */
export class OtherEnd {
  /** By namespace, where one is written. */
  private readonly byNamespace: ReadonlyMap<string | undefined, SubjectIndex>;
  /** Policies whose subjects use labels that pods may or may not have. */
  private readonly unsure: readonly NetworkPolicy[];
  /** Rules of the admin tier that allow or pass. */
  private readonly admin: readonly Rule[];
  private readonly selecting = new Map<Pod, readonly NetworkPolicy[]>();

  constructor(
    policies: readonly Policy[],
    private readonly known: KnownPods,
  ) {
    const groups = new Map<string | undefined, NetworkPolicy[]>();
    const unsure: NetworkPolicy[] = [];
    for (const policy of policies) {
      if (policy.tier !== "networkpolicy") continue;
      if (policy.subject.pods.requirements.some(({ key }) => isSetLater(key))) {
        unsure.push(policy);
        continue;
      }
      const namespace = writtenNamespace(policy);
      const group = groups.get(namespace);
      if (group) group.push(policy);
      else groups.set(namespace, [policy]);
    }
    this.unsure = unsure;
    this.byNamespace = new Map([...groups].map(([name, group]) => [name, new SubjectIndex(group)]));
    this.admin = policies.flatMap((policy) =>
      policy.tier === "admin" ? policy.rules.filter(({ action }) => action !== "deny") : [],
    );
  }

  /**
   * The policies that deny, at the rule's peers, everything the rule allows: each known pod that a peer selects is
   * isolated, and nothing there may allow any of it. Undefined if something may, if unknown pods may be peers, or if the
   * subject's own pods may, because a pod always reaches itself.
   */
  deniers(rule: Rule): readonly NetworkPolicy[] | undefined {
    if (!rule.peers) return undefined;
    const direction = rule.direction === "ingress" ? "egress" : "ingress";
    const isolating = new Set<NetworkPolicy>();
    for (const peer of rule.peers) {
      const selected = peer.kind === "pods" ? this.known.selectedAmongKnown(peer) : undefined;
      if (!selected || peer.kind !== "pods") return undefined;
      if (selected.some((pod) => this.isReached(pod, rule, direction))) return undefined;
      const region: Region = {
        direction,
        subject: peer,
        peers: [rule.subject],
        ...(rule.ports && { ports: rule.ports }),
      };
      const anywhere = regionAnywhere(region);
      if (this.admin.some((each) => regionsMayIntersect(anywhere, each))) return undefined;
      for (const pod of selected) {
        const found = this.isolatorsWithoutAllow(pod, direction, region);
        if (!found) return undefined;
        for (const policy of found) isolating.add(policy);
      }
    }
    return isolating.size > 0 ? [...isolating] : undefined;
  }

  /** Regardless of the rules: policies do not apply to pods on the host network, nor to traffic from a pod to itself. */
  private isReached(pod: Pod, { subject }: Rule, direction: Direction): boolean {
    return (
      pod.hostNetwork ||
      this.known.selection(subject, pod) !== "no" ||
      !this.policiesOf(pod).some(({ isolates }) => isolates[direction])
    );
  }

  private isolatorsWithoutAllow(
    pod: Pod,
    direction: Direction,
    region: Region,
  ): readonly NetworkPolicy[] | undefined {
    const policies = this.policiesOf(pod).filter(({ isolates }) => isolates[direction]);
    const allows = policies.some(({ rules }) => rules.some((rule) => mayAllow(rule, region)));
    const sure = policies.filter(
      (policy) =>
        namespaceScope(policy) === namespaceScope(pod) && this.known.selection(policy.subject, pod) === "yes",
    );
    return allows || sure.length === 0 ? undefined : sure;
  }

  /** The policies that select the pod, or may. */
  private policiesOf(pod: Pod): readonly NetworkPolicy[] {
    let policies = this.selecting.get(pod);
    if (!policies) {
      const namespace = writtenNamespace(pod);
      const groups =
        namespace === undefined
          ? [...this.byNamespace.values()]
          : [namespace, undefined].flatMap((name) => this.byNamespace.get(name) ?? []);
      policies = [...groups.flatMap((group) => group.candidates(pod.labels)), ...this.unsure].filter(
        ({ subject }) => this.known.selection(subject, pod) !== "no",
      );
      this.selecting.set(pod, policies);
    }
    return policies;
  }
}

/** Objects with and without a written namespace may all be in the same one. */
function mayAllow(rule: Rule, region: Region): boolean {
  const matches = [rule.subject, region.subject, ...(region.peers ?? [])];
  return matches.every((each) => each.kind === "pods" && isUnwritten(each.namespaces))
    ? regionsMayIntersect(region, rule)
    : regionsMayIntersect(regionAnywhere(region), regionAnywhere(rule));
}
