/**
 * A universe that is small enough to look at all of it: every pod, address and port that its matches can tell apart. What
 * a match holds is asked of `decide.ts` and `select.ts`, once.
 */
import { matchesPeer, matchesPort } from "../../src/analysis/decide.js";
import type { Endpoint, Flow } from "../../src/analysis/decide.js";
import { selectsPod } from "../../src/analysis/select.js";
import type { ContainerPort, Labels, Namespace } from "../../src/ir/inventory.js";
import { NAMESPACE_NAME_LABEL } from "../../src/ir/inventory.js";
import type {
  BlockMatch,
  Direction,
  LabelSelector,
  NamespaceMatch,
  Peer,
  PodMatch,
  PortMatch,
  Requirement,
} from "../../src/ir/policy.js";
import { NO_SPAN } from "../../src/source/span.js";

const span = NO_SPAN;

interface UniversePod {
  readonly namespace: Pick<Namespace, "name" | "labels">;
  readonly labels: Labels;
}

/** Each label is absent, one of the values that matches name, or another one. */
const PODS: readonly UniversePod[] = ["x", "y", "z"].flatMap((name) =>
  [undefined, "a", "z"].flatMap((env) => {
    const namespace = { name, labels: { [NAMESPACE_NAME_LABEL]: name, ...(env && { env }) } };
    return [undefined, "a", "b", "z"].flatMap((k) =>
      [undefined, "a", "b", "z"].map((l) => ({ namespace, labels: { ...(k && { k }), ...(l && { l }) } })),
    );
  }),
);

/** One of each eighth of IPv4, and of each half of IPv6. */
const ADDRESSES = [...Array.from({ length: 8 }, (_, i) => `${i * 32}.0.0.1`), "::1", "8000::1"];

interface UniversePort extends Pick<Flow, "protocol" | "port"> {
  /** What the destination, if it is a pod, calls the port. */
  readonly names: readonly string[];
}

const PORTS: readonly UniversePort[] = [
  { protocol: "other", port: 0, names: [] },
  { protocol: "SCTP", port: 1, names: [] },
  ...(["TCP", "UDP"] as const).flatMap((protocol) => [
    { protocol, port: 0, names: [] },
    ...[1, 2, 3, 4, 65535].flatMap((port) =>
      [[], ["web"], ["dns"], ["dns", "web"]].map((names) => ({ protocol, port, names })),
    ),
  ]),
];

function requirement(key: string, operator: Requirement["operator"], ...values: string[]): Requirement {
  return { key, operator, values, span };
}

function selector(...requirements: readonly Requirement[]): LabelSelector {
  return { requirements, span };
}

const NAMESPACES: readonly NamespaceMatch[] = [
  { kind: "name", name: "x", span },
  { kind: "name", name: "y", span },
  ...[
    selector(),
    selector(requirement("env", "In", "a")),
    selector(requirement("env", "NotIn", "a")),
    selector(requirement("env", "Exists")),
    selector(requirement("env", "DoesNotExist")),
    selector(requirement(NAMESPACE_NAME_LABEL, "In", "x", "y")),
    selector(requirement(NAMESPACE_NAME_LABEL, "NotIn", "x")),
    selector(requirement("env", "In", "a"), requirement(NAMESPACE_NAME_LABEL, "In", "x")),
  ].map((each) => ({ kind: "selector" as const, selector: each, span })),
];

const OF_PODS: readonly LabelSelector[] = [
  selector(),
  selector(requirement("k", "In", "a")),
  selector(requirement("k", "In", "b")),
  selector(requirement("k", "In", "a", "b")),
  selector(requirement("k", "NotIn", "a")),
  selector(requirement("k", "NotIn", "a", "b")),
  selector(requirement("k", "Exists")),
  selector(requirement("k", "DoesNotExist")),
  selector(requirement("l", "In", "a")),
  selector(requirement("l", "NotIn", "a")),
  selector(requirement("k", "In", "a"), requirement("l", "In", "a")),
  selector(requirement("k", "In", "a", "b"), requirement("l", "NotIn", "b")),
  selector(requirement("k", "NotIn", "b"), requirement("l", "Exists")),
  selector(requirement("k", "In", "a"), requirement("k", "NotIn", "a")),
];

/** By namespaces first: those of namespace x are the first ones. */
export const POD_MATCHES: readonly PodMatch[] = NAMESPACES.flatMap((namespaces) =>
  OF_PODS.map((pods): PodMatch => ({ kind: "pods", namespaces, pods, span })),
);

export const OF_NAMESPACE_X = OF_PODS.length;

/** Every aligned block of at least an eighth of IPv4 or a half of IPv6, with up to two smaller ones left out. */
export const BLOCKS: readonly BlockMatch[] = [0, 1, 2, 3]
  .flatMap((prefix) =>
    Array.from({ length: 2 ** prefix }, (_, i) => ({
      prefix,
      text: `${i * 2 ** (8 - prefix)}.0.0.0/${prefix}`,
    })),
  )
  .concat([0, 1].map((i) => ({ prefix: 1, text: `${i === 0 ? "" : "8000"}::/1` })))
  .concat({ prefix: 0, text: "::/0" })
  .flatMap(({ prefix, text }, _, all) => {
    const smaller = all
      .filter((other) => other.prefix > prefix && isWithin(other.text, text))
      .map((each) => each.text);
    const pairs = smaller.flatMap((a, i) => smaller.slice(i + 1).map((b) => [a, b]));
    return [[], ...smaller.map((a) => [a]), ...pairs].map((excepts): BlockMatch => ({
      kind: "block",
      cidr: { text, span },
      except: excepts.map((except) => ({ text: except, span })),
      span,
    }));
  });

/** By the first byte, or half, of the smaller one. */
function isWithin(small: string, large: string): boolean {
  if (small.includes(":") !== large.includes(":")) return false;
  if (small.includes(":")) return true;
  const [from, prefix] = [Number.parseInt(large), Number(large.split("/")[1])];
  return from <= Number.parseInt(small) && Number.parseInt(small) < from + 2 ** (8 - prefix);
}

export const PORT_MATCHES: readonly PortMatch[] = (["TCP", "UDP"] as const).flatMap((protocol) => [
  ...[0, 1, 2, 3, 65535].flatMap((from, i, bounds) =>
    bounds.slice(i).map((to): PortMatch => ({ kind: "range", protocol, from, to, span })),
  ),
  ...["dns", "web"].map((name): PortMatch => ({ kind: "named", protocol, name, span })),
]);

/** For each match, of which of the universe's pods, addresses or ports it holds. */
const heldPods = new Map(
  POD_MATCHES.map((match) => [match, PODS.map((pod) => selectsPod(match, pod, pod.namespace))]),
);
const heldAddresses = new Map(
  BLOCKS.map((block) => [block, ADDRESSES.map((ip) => matchesPeer(block, { kind: "address", ip }))]),
);
const heldPorts = new Map(
  PORT_MATCHES.map((match) => [
    match,
    PORTS.map((_, i) => matchesPort(match, flowOf(0, 0, i, "ingress", 0))),
  ]),
);

/** A region of matches of this universe. */
export interface SmallRegion {
  readonly direction: Direction;
  readonly subject: PodMatch;
  readonly peers?: readonly Peer[];
  readonly ports?: readonly PortMatch[];
}

/** A flow of the universe, for each set of regions that some flow is in. Bit i is `regions[i]`; all of one direction. */
export function flowsBySet(regions: readonly SmallRegion[]): ReadonlyMap<number, () => Flow> {
  const found = new Map<number, () => Flow>();
  const direction = regions[0]!.direction;
  const subjects = distinct(
    PODS.length,
    (pod) => maskOf(regions, ({ subject }) => heldPods.get(subject)![pod]!),
    namespaceOf,
  );
  const pods = distinct(
    PODS.length,
    (pod) =>
      maskOf(regions, ({ peers }) =>
        holdsAny(peers, (peer) => peer.kind === "pods" && heldPods.get(peer)![pod]!),
      ),
    namespaceOf,
  );
  const addresses = distinct(
    ADDRESSES.length,
    (ip) =>
      maskOf(regions, ({ peers }) =>
        holdsAny(peers, (peer) => peer.kind === "block" && heldAddresses.get(peer)![ip]!),
      ),
    () => 0,
  );
  const ports = distinct(
    PORTS.length,
    (port) =>
      maskOf(regions, ({ ports: matches }) => holdsAny(matches, (match) => heldPorts.get(match)![port]!)),
    // An address that is no pod's has no names.
    (port) => (PORTS[port]!.names.length > 0 ? 1 : 0),
  );
  const ends = new Set<number>();
  const add = (ofEnds: number, subject: number, pod: number | undefined, ip: number) => {
    const nameless = pod === undefined && direction === "egress";
    const id = ofEnds * 2 + Number(nameless);
    if (ends.has(id)) return;
    ends.add(id);
    for (const port of ports) {
      if (nameless && port.group === 1) continue;
      const mask = ofEnds & port.mask;
      if (!found.has(mask)) found.set(mask, () => flowOf(subject, pod, port.index, direction, ip));
    }
  };
  for (const subject of subjects)
    for (const address of addresses) {
      add(subject.mask & address.mask, subject.index, undefined, address.index);
      for (const pod of pods)
        if (mayMeet(subject.group, pod.group))
          add(subject.mask & (pod.mask | address.mask), subject.index, pod.index, address.index);
    }
  return found;
}

interface Distinct {
  readonly mask: number;
  readonly group: number;
  readonly index: number;
}

/** The first of those with one mask and one group. */
function distinct(
  count: number,
  of: (index: number) => number,
  groupOf: (index: number) => number,
): readonly Distinct[] {
  const found = new Map<number, Distinct>();
  for (let index = 0; index < count; index++) {
    const [mask, group] = [of(index), groupOf(index)];
    const id = mask * count + group;
    if (!found.has(id)) found.set(id, { mask, group, index });
  }
  return [...found.values()];
}

function maskOf(regions: readonly SmallRegion[], holds: (region: SmallRegion) => boolean): number {
  let mask = 0;
  for (let i = 0; i < regions.length; i++) if (holds(regions[i]!)) mask |= 1 << i;
  return mask;
}

/** Undefined holds everything. */
function holdsAny<T>(matches: readonly T[] | undefined, holds: (match: T) => boolean): boolean {
  return matches === undefined || matches.some(holds);
}

const OF_ONE_NAMESPACE = 16;

function namespaceOf(pod: number): number {
  return Math.floor(pod / OF_ONE_NAMESPACE);
}

/** In one cluster a namespace has its labels once. */
function mayMeet(a: number, b: number): boolean {
  const [one, other] = [PODS[a * OF_ONE_NAMESPACE]!.namespace, PODS[b * OF_ONE_NAMESPACE]!.namespace];
  return one === other || one.name !== other.name;
}

function flowOf(
  subject: number,
  pod: number | undefined,
  port: number,
  direction: Direction,
  ip: number,
): Flow {
  const { protocol, port: number, names } = PORTS[port]!;
  const named = protocol === "other" ? [] : names.map((name) => ({ name, port: number, protocol }));
  const own = podEnd(PODS[subject]!, direction === "ingress" ? named : [], "192.0.2.1");
  const address = ADDRESSES[ip]!;
  const far: Endpoint =
    pod === undefined
      ? { kind: "address", ip: address }
      : podEnd(PODS[pod]!, direction === "ingress" ? [] : named, address);
  const [from, to] = direction === "ingress" ? [far, own] : [own, far];
  return { from, to, protocol, port: number };
}

function podEnd({ namespace, labels }: UniversePod, ports: readonly ContainerPort[], ip: string): Endpoint {
  return { kind: "pod", pod: { namespace: namespace.name, name: "p", labels, ports }, namespace, ip };
}
