/** Where two regions surely meet. */
import { blockOf } from "../../ir/address.js";
import type { BlockMatch, Peer, PodMatch, PortMatch } from "../../ir/policy.js";
import { podsWithin } from "../sets/pod_conditions.js";
import type { Box, Region } from "../sets/region.js";
import { boxesOf } from "../sets/region.js";

/**
 * Regions of flows that are in both. Of selectors that only may choose a common pod (`app=web` and `tier=front`), and of
 * pods and addresses, nothing is sure: subjects and peers overlap here only if one of them holds the other. So there are
 * such flows as soon as the pods exist that the narrower selectors are about.
 */
export function sureOverlap(a: Region, b: Region): readonly Region[] {
  if (a.direction !== b.direction) return [];
  const overlaps = boxesOf(a).flatMap((box) => boxesOf(b).flatMap((other) => boxOverlap(box, other) ?? []));
  return overlaps.filter((region) => boxesOf(region).length > 0);
}

function boxOverlap(a: Box, b: Box): Region | undefined {
  const subject = narrowerPods(a.subject, b.subject);
  const peer = common(a.peer, b.peer, narrowerPeer);
  const port = common(a.port, b.port, commonPort);
  if (!subject || peer === NONE || port === NONE) return undefined;
  return { direction: a.direction, subject, ...(peer && { peers: [peer] }), ...(port && { ports: [port] }) };
}

const NONE = Symbol("nothing in common");

/** Undefined is everything. */
function common<T>(
  a: T | undefined,
  b: T | undefined,
  both: (a: T, b: T) => T | undefined,
): T | undefined | typeof NONE {
  return a === undefined ? b : b === undefined ? a : (both(a, b) ?? NONE);
}

function narrowerPods(a: PodMatch, b: PodMatch): PodMatch | undefined {
  return podsWithin(a, b) ? a : podsWithin(b, a) ? b : undefined;
}

function narrowerPeer(a: Peer, b: Peer): Peer | undefined {
  if (a.kind === "pods") return b.kind === "pods" ? narrowerPods(a, b) : undefined;
  return b.kind === "block" ? commonBlock(a, b) : undefined;
}

/** Of two blocks one holds the other, or they have nothing in common; what either leaves out is left out. */
function commonBlock(a: BlockMatch, b: BlockMatch): BlockMatch | undefined {
  const [x, y] = [blockOf(a.cidr.text), blockOf(b.cidr.text)];
  if (x.family !== y.family || x.last < y.first || y.last < x.first) return undefined;
  return { ...(x.prefix >= y.prefix ? a : b), except: [...a.except, ...b.except] };
}

/** What a name means is not known, so it meets only the same name, and every port. */
function commonPort(a: PortMatch, b: PortMatch): PortMatch | undefined {
  if (a.protocol !== b.protocol) return undefined;
  if (a.kind === "range" && b.kind === "range") {
    const [from, to] = [Math.max(a.from, b.from), Math.min(a.to, b.to)];
    return from <= to ? { ...a, from, to } : undefined;
  }
  if (a.kind === "named" && b.kind === "named") return a.name === b.name ? a : undefined;
  const [named, range] = a.kind === "named" ? [a, b] : [b, a];
  return range.kind === "range" && range.from <= 1 && range.to === 65535 ? named : undefined;
}
