/** Regions: what rules match, taken apart into boxes of one subject, one peer term and one port each. */
import { blockOf } from "../../ir/address.js";
import type { BlockMatch, Peer, PortMatch, Rule } from "../../ir/policy.js";
import { blockClasses } from "./intervals.js";
import type { PodConditions } from "./pod_conditions.js";
import { conditionsIntersect, conditionsWithin, isContradictory, podConditions } from "./pod_conditions.js";

/** The flows of one direction with this subject, one of these peers and one of these ports; undefined: every one. */
export type Region = Pick<Rule, "direction" | "subject" | "peers" | "ports">;

/** A region with at most one peer term and one port. */
export interface Box {
  readonly region: Region;
  readonly direction: Rule["direction"];
  readonly subject: Rule["subject"];
  readonly peer: Peer | undefined;
  readonly port: PortMatch | undefined;
  /** Of the subject, and of a peer that is pods: boxes are compared over and over. */
  readonly subjectConditions: PodConditions;
  readonly peerConditions: PodConditions | undefined;
}

const known = new WeakMap<Region, readonly Box[]>();

/** The boxes of a region, remembered. Those that no flow can be in are left out. */
export function boxesOf(region: Region): readonly Box[] {
  let boxes = known.get(region);
  if (!boxes) known.set(region, (boxes = takeApart(region)));
  return boxes;
}

function takeApart(region: Region): readonly Box[] {
  const { direction, subject } = region;
  if (isContradictory(subject)) return [];
  const peers = region.peers?.filter((peer) => !isEmptyPeer(peer)) ?? [undefined];
  const ports = region.ports ?? [undefined];
  const subjectConditions = podConditions(subject);
  return peers.flatMap((peer) => {
    const peerConditions = peer?.kind === "pods" ? podConditions(peer) : undefined;
    return ports.map((port) => {
      return { region, direction, subject, peer, port, subjectConditions, peerConditions };
    });
  });
}

/** No pod and no address of any cluster is this peer. */
export function isEmptyPeer(peer: Peer): boolean {
  if (peer.kind === "pods") return isContradictory(peer);
  return peer.except.length > 0 && firstAddress(peer) === undefined;
}

/** The lowest address that is in the block and in none of its excepts; undefined if these hold all of it. */
export function firstAddress({ cidr, except }: BlockMatch): bigint | undefined {
  const { family, first, last } = blockOf(cidr.text);
  const excepts = except.map(({ text }) => blockOf(text)).filter((each) => each.family === family);
  excepts.sort((a, b) => (a.first < b.first ? -1 : 1));
  let next = first;
  for (const each of excepts) {
    if (each.first > next) break;
    if (each.last >= next) next = each.last + 1n;
  }
  return next > last ? undefined : next;
}

/** False only if no flow can be in both. */
export function regionsMayIntersect(a: Region, b: Region): boolean {
  if (a.direction !== b.direction) return false;
  return boxesOf(a).some((box) => boxesOf(b).some((other) => mayIntersect(box, other)));
}

/** False only if no flow of the boxes' one direction can be in both. */
export function mayIntersect(a: Box, b: Box): boolean {
  return (
    portsMayIntersect(a.port, b.port) &&
    peersMayIntersect(a, b) &&
    conditionsIntersect(a.subjectConditions, b.subjectConditions)
  );
}

function portsMayIntersect(a: PortMatch | undefined, b: PortMatch | undefined): boolean {
  if (!a || !b) return true;
  if (a.protocol !== b.protocol) return false;
  return a.kind === "named" || b.kind === "named" || (a.from <= b.to && b.from <= a.to);
}

/** A pod has an address, so a block and a pod term may always meet. */
function peersMayIntersect(a: Box, b: Box): boolean {
  if (a.peerConditions && b.peerConditions) return conditionsIntersect(a.peerConditions, b.peerConditions);
  return a.peer?.kind !== "block" || b.peer?.kind !== "block" || cidrsIntersect(a.peer, b.peer);
}

function cidrsIntersect(a: BlockMatch, b: BlockMatch): boolean {
  const [x, y] = [blockOf(a.cidr.text), blockOf(b.cidr.text)];
  return x.family === y.family && x.first <= y.last && y.first <= x.last;
}

/** True only if every flow of every cluster that is in `a` is in `b`. */
export function boxWithin(a: Box, b: Box): boolean {
  return (
    portWithin(a.port, b.port) &&
    peerWithin(a, b) &&
    conditionsWithin(a.subjectConditions, b.subjectConditions)
  );
}

function portWithin(a: PortMatch | undefined, b: PortMatch | undefined): boolean {
  if (!b) return true;
  if (!a || a.protocol !== b.protocol) return false;
  if (b.kind === "range")
    return a.kind === "range" ? b.from <= a.from && a.to <= b.to : b.from <= 1 && b.to === 65535;
  return a.kind === "named" && a.name === b.name;
}

function peerWithin(a: Box, b: Box): boolean {
  if (!b.peer) return true;
  if (a.peerConditions && b.peerConditions) return conditionsWithin(a.peerConditions, b.peerConditions);
  return a.peer?.kind === "block" && b.peer.kind === "block" && blockWithin(a.peer, b.peer);
}

function blockWithin(a: BlockMatch, b: BlockMatch): boolean {
  const [x, y] = [blockOf(a.cidr.text), blockOf(b.cidr.text)];
  if (x.family !== y.family) return false;
  if (b.except.length === 0 && a.except.length === 0) return y.first <= x.first && x.last <= y.last;
  return blockClasses([a, b]).every(({ matched }) => matched.length !== 1 || matched[0] === 1);
}
