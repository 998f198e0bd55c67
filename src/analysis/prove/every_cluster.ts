/**
 * The world in which namespaces, pods and labels are unknowns, a pod may have any address and name any port.
 *
 * A namespace has its labels once: whether both ends can be as they are depends on their namespaces together. So the
 * namespaces are enumerated first, for both ends alike, and then the pods of each.
 */
import { NAMESPACE_NAME_LABEL } from "../../ir/inventory.js";
import type { Peer, PodMatch } from "../../ir/policy.js";
import { NO_SPAN } from "../../source/span.js";
import { podClasses, unmentioned } from "../sets/classes.js";
import { allows } from "../sets/condition.js";
import type { Condition } from "../sets/condition.js";
import { isNameKey, podConditions } from "../sets/pod_conditions.js";
import { anyPodAddress, outsideAddresses } from "./addresses.js";
import { podTermsByNamespace, podsOnly } from "./pod_terms.js";
import { familiesMeet } from "./world.js";
import type { ClaimWorld, EndPoint, EndQuery, NamespacePoint } from "./world.js";
import { selectsNamespace } from "../semantics/select.js";

export const EVERY_CLUSTER: ClaimWorld = {
  name: "every-cluster",
  ends(from, to, limit) {
    const named = new Set([from, to].flatMap(({ within, terms }) => mentionedNames([within, ...terms])));
    const first = unmentioned(named);
    const namespaces = namespacePoints([from, to], [first, ...named], limit);
    // What nothing names may be another namespace at the other end, with other labels.
    const second = unmentioned(new Set([...named, first]));
    const others = namespaces.points.map((point) => (point.name === first ? renamed(point, second) : point));
    const ends = { from: pointsOf(from, namespaces.points, limit), to: pointsOf(to, others, limit) };
    const truncated = namespaces.truncated || ends.from.truncated || ends.to.truncated;
    return { from: ends.from.points, to: ends.to.points, truncated };
  },
  mayMeet(from, to) {
    if (!familiesMeet(from, to)) return false;
    const [a, b] = [from.namespace, to.namespace];
    return !a || !b || a.name !== b.name || a === b;
  },
};

interface Found<Point> {
  readonly points: readonly Point[];
  readonly truncated: boolean;
}

const ALL = { requirements: [], span: NO_SPAN };

/** Every namespace that an end may be in, by its name and by what selectors tell apart of its labels. */
function namespacePoints(
  queries: readonly EndQuery[],
  names: readonly string[],
  limit: number,
): Found<NamespacePoint> {
  const withins = queries.flatMap(({ within }) => (within?.kind === "pods" ? [within] : []));
  const selectors = distinctSelectors([...withins, ...queries.flatMap(({ terms }) => terms)]);
  const points: NamespacePoint[] = [];
  for (const name of names) {
    if (!withins.some((match) => mayBeIn(match, name))) continue;
    const { classes, truncated } = podClasses(selectors, { namespace: name, limit });
    points.push(...classes.map(({ namespace }) => namespace));
    if (truncated || points.length > limit) return { points, truncated: true };
  }
  return { points, truncated: false };
}

function renamed({ labels }: NamespacePoint, name: string): NamespacePoint {
  return { name, labels: { ...labels, [NAMESPACE_NAME_LABEL]: name } };
}

function mentionedNames(peers: readonly (Peer | undefined)[]): readonly string[] {
  return peers.flatMap((peer) => {
    const asked = peer?.kind === "pods" ? nameCondition(peer) : undefined;
    return asked ? [...asked.values] : [];
  });
}

function nameCondition(match: PodMatch): Condition | undefined {
  return [...podConditions(match).values()].find(isNameKey)?.condition;
}

function mayBeIn(match: PodMatch, name: string): boolean {
  const asked = nameCondition(match);
  return !asked || allows(asked, name);
}

/** The namespace parts of matches: what a namespace's own labels are asked for. */
function distinctSelectors(peers: readonly Peer[]): readonly PodMatch[] {
  const found = new Map<string, PodMatch>();
  for (const peer of peers) {
    if (peer.kind === "block" || peer.namespaces.kind === "name") continue;
    const { namespaces } = peer;
    const { requirements } = peer.namespaces.selector;
    if (requirements.every(({ key }) => key === NAMESPACE_NAME_LABEL)) continue;
    const text = JSON.stringify(requirements.map(({ key, operator, values }) => [key, operator, values]));
    found.set(text, { kind: "pods", namespaces, pods: ALL, span: NO_SPAN });
  }
  return [...found.values()];
}

function pointsOf(query: EndQuery, namespaces: readonly NamespacePoint[], limit: number): Found<EndPoint> {
  const { within, terms } = query;
  if (within?.kind === "pods") return podPoints(within, terms, namespaces, limit);
  const none = new Set<string>();
  const points = outsideAddresses(within, terms, none, none).map(({ ip, family, held }): EndPoint => {
    return { endpoint: { kind: "address", ip: ip! }, family, held: new Set(held), anyPortName: false };
  });
  return { points, truncated: points.length > limit };
}

function podPoints(
  within: PodMatch,
  terms: readonly Peer[],
  namespaces: readonly NamespacePoint[],
  limit: number,
): Found<EndPoint> {
  const termsIn = podTermsByNamespace(terms);
  const inside = podsOnly(within);
  const addresses = anyPodAddress(terms);
  const points: EndPoint[] = [];
  for (const namespace of namespaces) {
    if (!selectsNamespace(within.namespaces, namespace)) continue;
    const here = termsIn(namespace);
    const { classes, truncated } = podClasses(
      here.map(({ pods }) => pods),
      { within: inside, limit },
    );
    for (const { matched, labels } of classes)
      for (const { ip, family, held } of addresses) {
        const pod = { namespace: namespace.name, name: "", labels, ports: [] };
        points.push({
          endpoint: { kind: "pod", pod, namespace, ...(ip !== undefined && { ip }) },
          family,
          held: new Set([...matched.map((at) => here[at]!.index), ...held]),
          anyPortName: true,
          namespace,
        });
      }
    if (truncated || points.length > limit) return { points, truncated: true };
  }
  return { points, truncated: false };
}
