/** The flows of the small universe. What a match holds is asked of `decide.ts` and `select.ts`, once. */
import { matchesPeer, matchesPort } from "../../src/analysis/semantics/decide.js";
import type { Endpoint, Flow } from "../../src/analysis/semantics/decide.js";
import { selectsPod } from "../../src/analysis/semantics/select.js";
import type { ContainerPort } from "../../src/ir/inventory.js";
import type { Direction } from "../../src/ir/policy.js";
import type { SmallRegion, UniversePod } from "./small_universe.js";
import { ADDRESSES, BLOCKS, PODS, PORTS, POD_MATCHES, PORT_MATCHES } from "./small_universe.js";

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
