/**
 * The reference semantics: what a set of policies says about one flow. Plain and never optimised; everything else
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
  /** The pod's address in this flow; undefined when not known, and then no block contains it. */
  readonly ip?: string;
  /** Of a pod on the host network: its node is the one that the pod at the other end runs on. */
  readonly ownNode?: boolean;
}

/** One end of a flow: a pod, or an address that is no pod's. */
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
   * The destination is the very pod that the source is, by its own address or by loopback. Without it, two ends with one
   * pod are two pods alike.
   */
  readonly toItself?: boolean;
}

/** A rule that decided, with the policy that holds it. */
export interface DecidingRule {
  readonly policy: Policy;
  readonly rule: Rule;
}

/** What one side (the source's egress, the destination's ingress) says. */
export interface SideDecision {
  readonly verdict: "allow" | "deny";
  /** The tier that decided; undefined when no policy speaks of this pod in this direction. */
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
 * 1. What a pod sends itself, by its own address or by loopback, is subject to no policy: both sides allow it.
 * 2. Any other flow passes iff the egress side of its source and the ingress side of its destination both allow it.
 * 3. A side whose end is not a pod has no policies: it allows.
 * 4. A pod on the host network is its node. It has no policies either; as a peer it is seen by its address, which is its
 *    node's: blocks match it, selectors of pods do not, and port names mean nothing on it. (The Kubernetes documentation
 *    leaves this to the network plugin, and calls it the most common of two possibilities.)
 */
export function decide(policies: readonly Policy[], flow: Flow): Decision {
  const egress = decideSide(policies, "egress", flow);
  const ingress = decideSide(policies, "ingress", flow);
  const verdict = egress.verdict === "allow" && ingress.verdict === "allow" ? "allow" : "deny";
  return { verdict, egress, ingress };
}

/**
 * One direction, seen from its subject. Traffic between a pod and the node it runs on always passes (the kubelet's
 * probes). For the rest the tiers are asked in order:
 * 1. Admin tier: rules in order of priority, then of the policy's name, then of writing. The first that matches decides:
 *    allow and deny end it, pass goes on to the NetworkPolicy tier at once.
 * 2. NetworkPolicy tier: if no policy isolates the subject in this direction, go on to the baseline tier. If some do,
 *    this tier decides: allow if any rule of any of them matches, else deny, because of all of them.
 * 3. Baseline tier: as the admin tier; pass goes on to 4.
 * 4. Nothing spoke: allow.
 *
 * A rule of 1 or 3 with a peer of a kind that is not known here (nodes, domain names) fails closed, as the API wants it: if
 * it allows, it matches nothing; if it denies or passes, it denies every peer on every port. The parser has made this of
 * such rules (`failClosed` of a policy has them as they are written), so no code below knows of them.
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

/** The order in which the policies of one tier are asked: priority, then name. */
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

/** A rule matches when its subject, one of its peers and one of its ports match; those left out match everything. */
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

/** Pods are matched by labels, blocks by address: a pod's address is in a block like any other. */
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
 * 2. A name means the destination pod's first container port of that name and protocol; no pod, no match.
 */
export function matchesPort(port: PortMatch, flow: Flow): boolean {
  if (port.protocol !== flow.protocol) return false;
  if (port.kind === "range") return port.from <= flow.port && flow.port <= port.to;
  return namedPort(flow.to, port.protocol, port.name) === flow.port;
}

/** The number that a port name means on an endpoint, undefined if it has none of that name and protocol. */
export function namedPort(endpoint: Endpoint, protocol: Protocol, name: string): number | undefined {
  return podAt(endpoint)?.pod.ports.find((port) => port.name === name && port.protocol === protocol)?.port;
}
