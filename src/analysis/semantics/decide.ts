/**
 * The reference semantics: how a set of policies decides one flow. It is plain and never optimised, and everything else
 * (analysis, generated code, kernel) is tested against it.
 *
 * Sources: Kubernetes API reference, NetworkPolicy v1; Kubernetes documentation, "Network Policies"; Network Policy
 * API, ClusterNetworkPolicy (tiers, priority, pass).
 */
import { blockOf, contains, parseAddress } from "../../ir/address.js";
import type { Address } from "../../ir/address.js";
import type { Namespace, Pod } from "../../ir/inventory.js";
import type {
  BlockMatch,
  Direction,
  NetworkPolicy,
  Policy,
  PortMatch,
  Protocol,
  Rule,
  TierPolicy,
} from "../../ir/policy.js";
import type { PodVariant } from "./pod_variants.js";
import { selectsPod } from "./select.js";

/** A pod in its namespace. */
export interface PodEnd {
  readonly kind: "pod";
  readonly pod: Pick<Pod, "namespace" | "name" | "labels" | "ports"> &
    Partial<Pick<Pod, "hostNetwork">> &
    Pick<PodVariant, "standIns">;
  readonly namespace: Pick<Namespace, "name" | "labels" | "implied">;
  /** The pod's address in this flow; undefined if unknown, and then no block contains it. */
  readonly ip?: string;
  /** For a pod on the host network: its node is the one that the pod at the other end runs on. */
  readonly ownNode?: boolean;
}

/** One end of a flow: a pod, or an address that no pod has. */
export type Endpoint =
  | PodEnd
  | {
      readonly kind: "address";
      readonly ip: string;
      /** The address belongs to the node that the pod at the other end runs on. */
      readonly ownNode?: boolean;
    };

/** `port` is the destination port in host order, 0 for `other`: protocols without ports, such as ICMP. */
export interface Flow {
  readonly from: Endpoint;
  readonly to: Endpoint;
  readonly protocol: Protocol | "other";
  readonly port: number;
  /**
   * The destination is the same pod as the source, through its own address or loopback. Otherwise two ends with one pod are
   * two pods that look the same.
   */
  readonly toItself?: boolean;
}

/** A rule that decided, with its policy. */
export interface DecidingRule {
  readonly policy: Policy;
  readonly rule: Rule;
}

/** The decision of one side: the source's egress or the destination's ingress. */
export interface SideDecision {
  readonly verdict: "allow" | "deny";
  /** The tier that decided; undefined if no policy applies to this pod in this direction. */
  readonly tier?: "admin" | "networkpolicy" | "baseline";
  /** The rules that decided: every matching one in the NetworkPolicy tier, the first in the others. */
  readonly rules: readonly DecidingRule[];
  /** The NetworkPolicies that isolate the subject in this direction, when the NetworkPolicy tier decided. */
  readonly isolatedBy: readonly NetworkPolicy[];
}

export interface Decision {
  readonly verdict: "allow" | "deny";
  readonly egress: SideDecision;
  readonly ingress: SideDecision;
}

/**
 * 1. Traffic from a pod to itself, through its own address or loopback, is subject to no policy: both sides allow it.
 * 2. Any other flow is allowed iff the egress side of its source and the ingress side of its destination both allow it.
 * 3. A side whose end is not a pod has no policies, so it allows.
 * 4. A pod on the host network counts as its node. It has no policies either, and as a peer only its address counts, which
 *    is its node's: blocks match it, pod selectors do not, and port names mean nothing on it. (The Kubernetes documentation
 *    leaves this to the network plugin, and calls it the more common of two possibilities.)
 */
export function decide(policies: readonly Policy[], flow: Flow): Decision {
  const egress = decideSide(policies, "egress", flow);
  const ingress = decideSide(policies, "ingress", flow);
  const verdict = egress.verdict === "allow" && ingress.verdict === "allow" ? "allow" : "deny";
  return { verdict, egress, ingress };
}

/**
 * One direction, seen from its subject. Traffic between a pod and the node it runs on is always allowed (the kubelet's
 * probes). For everything else the tiers are evaluated in order:
 * 1. Admin tier: rules by priority, then policy name, then position. The first that matches decides: allow and deny are
 *    final, pass continues with the NetworkPolicy tier.
 * 2. NetworkPolicy tier: if no policy isolates the subject in this direction, continue with the baseline tier. If some do,
 *    this tier decides: allow if any rule of any of them matches, else deny, because of all of them.
 * 3. Baseline tier: like the admin tier; pass continues with 4.
 * 4. Nothing matched: allow.
 *
 * A rule of 1 or 3 with an unsupported kind of peer (nodes, domain names) fails closed, as the API requires: an allow
 * matches nothing; a deny or pass denies every peer on every port. The parser already rewrites such rules (a policy's
 * `failClosed` has the originals), so the code below does not treat them specially.
 */
export function decideSide(policies: readonly Policy[], direction: Direction, flow: Flow): SideDecision {
  const [subject, peer] = direction === "egress" ? [flow.from, flow.to] : [flow.to, flow.from];
  if (flow.toItself || !podAt(subject) || (!podAt(peer) && peer.ownNode)) return UNSPOKEN;
  return (
    firstMatch(policies, "admin", direction, flow) ??
    additive(policies, direction, flow) ??
    firstMatch(policies, "baseline", direction, flow) ??
    UNSPOKEN
  );
}

/** The pod that policies see at this end; undefined for an address, and for a pod on the host network (rule 4). */
export function podAt(end: Endpoint): PodEnd | undefined {
  return end.kind === "pod" && !end.pod.hostNetwork ? end : undefined;
}

const UNSPOKEN: SideDecision = Object.freeze({ verdict: "allow", rules: [], isolatedBy: [] });

/** The evaluation order of the policies of one tier: priority, then name. */
export function tierOrder(policies: readonly Policy[], tier: "admin" | "baseline"): readonly TierPolicy[] {
  return policies
    .filter((policy): policy is TierPolicy => policy.tier === tier)
    .sort((a, b) => a.priority - b.priority || (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
}

function firstMatch(
  policies: readonly Policy[],
  tier: "admin" | "baseline",
  direction: Direction,
  flow: Flow,
): SideDecision | undefined {
  for (const policy of tierOrder(policies, tier))
    for (const rule of policy.rules) {
      if (rule.direction !== direction || !matches(rule, flow)) continue;
      if (rule.action === "pass") return undefined;
      return { verdict: rule.action, tier, rules: [{ policy, rule }], isolatedBy: [] };
    }
  return undefined;
}

function additive(policies: readonly Policy[], direction: Direction, flow: Flow): SideDecision | undefined {
  const subject = podAt(direction === "egress" ? flow.from : flow.to);
  const isolatedBy = policies.filter(
    (policy): policy is NetworkPolicy =>
      policy.tier === "networkpolicy" &&
      policy.isolates[direction] &&
      subject !== undefined &&
      selectsPod(policy.subject, subject.pod, subject.namespace),
  );
  if (isolatedBy.length === 0) return undefined;
  const rules = isolatedBy.flatMap((policy) =>
    policy.rules
      .filter((rule) => rule.direction === direction && matches(rule, flow))
      .map((rule) => ({ policy, rule })),
  );
  return { verdict: rules.length > 0 ? "allow" : "deny", tier: "networkpolicy", rules, isolatedBy };
}

/** A rule matches if its subject, one of its peers and one of its ports match; omitted ones match everything. */
export function matches(rule: Rule, flow: Flow): boolean {
  const [own, peer] = rule.direction === "egress" ? [flow.from, flow.to] : [flow.to, flow.from];
  const subject = podAt(own);
  return (
    subject !== undefined &&
    selectsPod(rule.subject, subject.pod, subject.namespace) &&
    (rule.peers === undefined || rule.peers.some((term) => matchesPeer(term, peer))) &&
    (rule.ports === undefined || rule.ports.some((port) => matchesPort(port, flow)))
  );
}

/** Selectors match pods by labels, blocks by address: a block contains pod addresses like any others. */
export function matchesPeer(term: NonNullable<Rule["peers"]>[number], peer: Endpoint): boolean {
  if (term.kind === "pods") {
    const seen = podAt(peer);
    return seen !== undefined && selectsPod(term, seen.pod, seen.namespace);
  }
  const address = peer.ip === undefined ? undefined : parseAddress(peer.ip);
  return address !== undefined && inBlock(term, address);
}

export function inBlock(term: BlockMatch, address: Address): boolean {
  return (
    contains(blockOf(term.cidr.text), address) &&
    !term.except.some((except) => contains(blockOf(except.text), address))
  );
}

/**
 * 1. The protocol must agree; a flow of a protocol without ports matches no port.
 * 2. A name stands for the destination pod's first container port of that name and protocol; without a pod it matches nothing.
 */
export function matchesPort(port: PortMatch, flow: Flow): boolean {
  if (port.protocol !== flow.protocol) return false;
  if (port.kind === "range") return port.from <= flow.port && flow.port <= port.to;
  return namedPort(flow.to, port.protocol, port.name) === flow.port;
}

/** The number of a named port on an endpoint; undefined if it has none of that name and protocol. */
export function namedPort(endpoint: Endpoint, protocol: Protocol, name: string): number | undefined {
  return podAt(endpoint)?.pod.ports.find((port) => port.name === name && port.protocol === protocol)?.port;
}
