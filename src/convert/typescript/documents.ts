/** Which NetworkPolicies of a namespace are written as one `policy(...)`. */
import { contentOf } from "../../analysis/sides/content.js";
import type { NetworkPolicy, Peer, TierPolicy } from "../../ir/policy.js";
import { podsKey } from "../../parser/typescript/lower/cover.js";
import type { ClusterNames } from "./cluster_names.js";
import { atoms, sentencesOf } from "./sentences.js";
import type { PlannedSentence } from "./sentences.js";

export interface PlannedPolicy {
  readonly name: string;
  readonly policies: readonly NetworkPolicy[];
  /** How the names of the NetworkPolicies are given: that of the document, `NAME-WORKLOAD`, or one by one. */
  readonly naming: "alone" | "workloads" | "names";
  readonly sentences: readonly PlannedSentence[];
}

/**
 * Groups policies whose names share a prefix before the workload's key, and those that allow connections among their pods
 * at both ends, which one sentence then expresses. Never groups two for the same pods, or with different logging or
 * metadata.
 */
export function plannedPolicies(
  policies: readonly NetworkPolicy[],
  names: ClusterNames,
): readonly PlannedPolicy[] {
  const groups = new Map<NetworkPolicy, NetworkPolicy[]>(policies.map((policy) => [policy, [policy]]));
  const join = (a: NetworkPolicy, b: NetworkPolicy) => {
    const [first, second] = [groups.get(a)!, groups.get(b)!];
    if (first === second || optionsOf(a) !== optionsOf(b) || shareSubject(first, second)) return;
    first.push(...second);
    for (const policy of second) groups.set(policy, first);
  };
  const byPrefix = new Map<string, NetworkPolicy>();
  for (const policy of policies) {
    const prefix = prefixOf(policy, names);
    if (prefix === undefined) continue;
    const key = `${prefix} ${optionsOf(policy)}`;
    const first = byPrefix.get(key);
    if (first) join(first, policy);
    else byPrefix.set(key, policy);
  }
  for (const [from, to] of pairs(policies)) join(from, to);
  return [...new Set(groups.values())].map((group) => {
    const members = new Set(group);
    const sorted = policies.filter((policy) => members.has(policy));
    return { ...namingOf(sorted, names), policies: sorted, sentences: sentencesOf(sorted) };
  });
}

/** The options of a document that apply to all of its policies. */
function optionsOf({ logged, metadata = {} }: NetworkPolicy): string {
  const entries = [metadata.labels, metadata.annotations].map((map = {}) => Object.entries(map).sort());
  return JSON.stringify([logged, ...entries]);
}

function shareSubject(first: readonly NetworkPolicy[], second: readonly NetworkPolicy[]): boolean {
  return first.some((a) => second.some((b) => contentOf(a.subject) === contentOf(b.subject)));
}

function namingOf(
  policies: readonly NetworkPolicy[],
  names: ClusterNames,
): Pick<PlannedPolicy, "name" | "naming"> {
  const [first] = policies;
  if (policies.length === 1) return { name: first!.name, naming: "alone" };
  const prefix = prefixOf(first!, names);
  if (prefix !== undefined && policies.every((policy) => prefixOf(policy, names) === prefix))
    return { name: prefix, naming: "workloads" };
  return { name: first!.namespace, naming: "names" };
}

/** X of a policy that is named `X-WORKLOAD`. */
function prefixOf({ name, namespace, subject }: NetworkPolicy, names: ClusterNames): string | undefined {
  const key =
    subject.pods.requirements.length === 0
      ? "every-pod"
      : names.get(namespace)!.members.get(podsKey(subject))!.key;
  return name.endsWith(`-${key}`) && name.length > key.length + 1
    ? name.slice(0, -key.length - 1)
    : undefined;
}

/** Do two policies both allow a connection between their pods? */
function pairs(policies: readonly NetworkPolicy[]): readonly (readonly [NetworkPolicy, NetworkPolicy])[] {
  const bySubject = new Map<string, NetworkPolicy[]>();
  const outgoing = new Map<NetworkPolicy, Set<string>>();
  for (const policy of policies) {
    const key = contentOf(policy.subject);
    bySubject.set(key, [...(bySubject.get(key) ?? []), policy]);
    const egress = policy.rules.filter(({ direction }) => direction === "egress");
    outgoing.set(policy, new Set(egress.flatMap(({ peers, ports, logged }) => atoms(peers, ports, logged))));
  }
  return policies.flatMap((to) =>
    to.rules
      .filter(({ direction }) => direction === "ingress")
      .flatMap((rule) =>
        (rule.peers ?? [])
          .flatMap((peer) => bySubject.get(contentOf(peer)) ?? [])
          .filter((from) =>
            atoms([to.subject], rule.ports, rule.logged).every((atom) => outgoing.get(from)!.has(atom)),
          )
          .map((from) => [from, to] as const),
      ),
  );
}

/** A tier's rules in order. If both ends are pods, each keeps only its own direction. */
export function tierSentences({ rules }: TierPolicy): readonly PlannedSentence[] {
  return rules.map(({ direction, action, subject, peers, ports, logged, ruleName, span }) => {
    const other = peers && isEverything(peers) ? undefined : peers;
    const [from, to] = direction === "ingress" ? [other, [subject]] : [[subject], other];
    const only = other?.some(({ kind }) => kind === "pods") ? direction : undefined;
    const name = ruleName === undefined ? {} : { name: ruleName };
    return { action, from, to, ports, only, logged, ...name, spans: [span] };
  });
}

/** `anywhere` in a ClusterNetworkPolicy: every pod, and every address of both families. */
function isEverything(peers: readonly Peer[]): boolean {
  const isAllOf = (text: string) => (peer: Peer) =>
    peer.kind === "block" && peer.cidr.text === text && peer.except.length === 0;
  return (
    peers.some(isAllOf("0.0.0.0/0")) &&
    peers.some(isAllOf("::/0")) &&
    peers.some(
      (peer) =>
        peer.kind === "pods" &&
        peer.pods.requirements.length === 0 &&
        peer.namespaces.kind === "selector" &&
        peer.namespaces.selector.requirements.length === 0,
    )
  );
}
