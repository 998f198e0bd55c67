/**
 * Cover where both ends may be of one namespace, whose labels are the same for both. `cover` looks at one end at a time,
 * which mostly will do; this looks at pairs of pods, so it is evaluated only if an end was open for labels that the other end's
 * namespace cannot have.
 */
import { NAMESPACE_NAME_LABEL } from "../../ir/inventory.js";
import type { Labels } from "../../ir/inventory.js";
import type { BlockMatch, PodMatch, Requirement } from "../../ir/policy.js";
import { NO_SPAN } from "../../source/span.js";
import type { PodClass } from "../sets/classes.js";
import { podClasses, unmentioned } from "../sets/classes.js";
import type { Condition } from "../sets/condition.js";
import type { Flow } from "../semantics/decide.js";
import { blockClasses } from "../sets/intervals.js";
import { podConditions } from "../sets/pod_conditions.js";
import { coverPorts } from "./port_cover.js";
import type { Box } from "../sets/region.js";
import { flowOf } from "./witness.js";
import type { PodPoint } from "./world.js";

/** Boxes that hold all of `box` whose peer is a pod; or a flow that none holds; undefined: more than `limit` classes. */
export function coverPairs(
  box: Box,
  others: readonly Box[],
  limit: number,
): readonly Box[] | Flow | undefined {
  const used = new Set<Box>();
  for (const placing of placings([box, ...others])) {
    const matches = others.map((other) => pairMatch(other, placing));
    const within = pairMatch(box, placing, [placing.subjectName, placing.peerName]);
    const { classes, truncated } = podClasses(matches, { within, limit, minimal: true });
    if (truncated) return undefined;
    for (const pair of classes) {
      const result = coverPair(
        box,
        pair,
        pair.matched.map((index) => others[index]!),
        placing,
      );
      if (!Array.isArray(result)) return result;
      for (const each of result) used.add(each);
    }
  }
  return [...used];
}

/** In which namespaces the two ends are: one, or two with names of these. */
interface Placing {
  readonly isOne: boolean;
  readonly subjectName: Condition;
  readonly peerName: Condition;
  /** That some match asks for. */
  readonly names: ReadonlySet<string>;
}

const ANY_NAME: Condition = { values: new Set(), others: true, absent: false };

/** Every pair of pods is placed in one of these ways. Of names that no match asks for there are always two. */
function* placings(boxes: readonly Box[]): Generator<Placing> {
  const names = new Set(boxes.flatMap(({ subject, peer }) => [...namesOf(subject), ...namesOf(peer)]));
  yield { isOne: true, subjectName: ANY_NAME, peerName: ANY_NAME, names };
  for (const name of names) {
    const values = new Set([name]);
    yield {
      isOne: false,
      subjectName: { values, others: false, absent: false },
      peerName: { values, others: true, absent: false },
      names,
    };
  }
  yield {
    isOne: false,
    subjectName: { values: names, others: true, absent: false },
    peerName: ANY_NAME,
    names,
  };
}

function namesOf(match: Box["peer"]): Iterable<string> {
  if (match?.kind !== "pods") return [];
  return podConditions(match).get(`namespace ${NAMESPACE_NAME_LABEL}`)?.condition.values ?? [];
}

/** What no label key begins with. */
const OF_PEER = "peer ";
const OF_PEER_NAMESPACE = "peer namespace ";

/** One match for both ends: the labels of the peer have keys of their own, those of its namespace if that is another one. */
function pairMatch(
  { subject, peer }: Box,
  { isOne }: Placing,
  [subjectName, peerName]: readonly Condition[] = [],
): PodMatch {
  const ofNamespace: Requirement[] = [];
  const ofPods: Requirement[] = [];
  const peerNamespace = isOne
    ? { list: ofNamespace, prefix: "" }
    : { list: ofPods, prefix: OF_PEER_NAMESPACE };
  for (const { part, name, condition } of podConditions(subject).values())
    (part === "namespace" ? ofNamespace : ofPods).push(...requirements(name, condition));
  for (const { part, name, condition } of peer?.kind === "pods" ? podConditions(peer).values() : []) {
    const { list, prefix } = part === "namespace" ? peerNamespace : { list: ofPods, prefix: OF_PEER };
    list.push(...requirements(`${prefix}${name}`, condition));
  }
  if (subjectName) ofNamespace.push(...requirements(NAMESPACE_NAME_LABEL, subjectName));
  if (peerName)
    peerNamespace.list.push(...requirements(`${peerNamespace.prefix}${NAMESPACE_NAME_LABEL}`, peerName));
  return {
    kind: "pods",
    namespaces: { kind: "selector", selector: { requirements: ofNamespace, span: NO_SPAN }, span: NO_SPAN },
    pods: { requirements: ofPods, span: NO_SPAN },
    span: NO_SPAN,
  };
}

function requirements(key: string, { values, others, absent }: Condition): readonly Requirement[] {
  const made = (operator: Requirement["operator"], list: readonly string[] = []) => {
    return { key, operator, values: list, span: NO_SPAN };
  };
  if (!others) return [absent ? made("DoesNotExist") : made("In", [...values])];
  return [...(values.size > 0 ? [made("NotIn", [...values])] : []), ...(absent ? [] : [made("Exists")])];
}

function coverPair(
  box: Box,
  pair: PodClass,
  holding: readonly Box[],
  placing: Placing,
): readonly Box[] | Flow {
  const blocks = holding.filter((each): each is Box & { peer: BlockMatch } => each.peer?.kind === "block");
  const rest = holding.filter(({ peer }) => peer?.kind !== "block");
  const within = box.peer?.kind === "block" ? [box.peer] : [];
  const used: Box[] = [];
  for (const { matched, witness } of blockClasses([...blocks.map(({ peer }) => peer), ...within])) {
    if (within.length > 0 && matched.at(-1) !== blocks.length) continue;
    const here = [...rest, ...matched.flatMap((index) => blocks[index] ?? [])];
    const result = coverPorts(box.port, here, undefined);
    if (isOpen(result)) {
      const [subject, pod] = podsOf(pair, placing);
      return flowOf(box, { subject, peer: { pod, ip: witness, holding: here }, port: result });
    }
    used.push(...result);
  }
  return used;
}

function isOpen<T>(result: readonly Box[] | T): result is T {
  return !Array.isArray(result);
}

function podsOf({ namespace, labels }: PodClass, { isOne, names }: Placing): readonly [PodPoint, PodPoint] {
  const own: Record<string, string> = {};
  const ofPeer: Record<string, string> = {};
  const ofPeerNamespace: Record<string, string> = {};
  for (const [key, value] of Object.entries(labels)) {
    if (key.startsWith(OF_PEER_NAMESPACE)) ofPeerNamespace[key.slice(OF_PEER_NAMESPACE.length)] = value;
    else if (key.startsWith(OF_PEER)) ofPeer[key.slice(OF_PEER.length)] = value;
    else own[key] = value;
  }
  const point = (labelled: Labels, of: PodPoint["namespace"]): PodPoint => {
    return { matched: [], namespace: of, name: "any", labels: labelled, ips: undefined, ports: undefined };
  };
  if (isOne) return [point(own, namespace), point(ofPeer, namespace)];
  const chosen = ofPeerNamespace[NAMESPACE_NAME_LABEL]!;
  const name = chosen === namespace.name ? unmentioned(new Set([...names, chosen])) : chosen;
  const other = { name, labels: { ...ofPeerNamespace, [NAMESPACE_NAME_LABEL]: name } };
  return [point(own, namespace), point(ofPeer, other)];
}
