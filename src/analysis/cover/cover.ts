/**
 * Cover: do other rules together match everything that one rule matches?
 *
 * Exact over subject x peer x port, one box of the rule at a time. Subjects are split into classes that the other rules
 * can distinguish, then peers, then ports; each step continues with the boxes that still match. A flow in fewer boxes is
 * harder to cover, so only minimal classes are checked.
 */
import type { PodMatch } from "../../ir/policy.js";
import type { Flow } from "../semantics/decide.js";
import { textOf } from "../sets/pod_conditions.js";
import { peerPoints } from "./peer_points.js";
import { coverPairs } from "./pair_cover.js";
import type { OpenPort } from "./port_cover.js";
import { coverPorts } from "./port_cover.js";
import type { Box, Region } from "../sets/region.js";
import { boxWithin, boxesOf, mayIntersect } from "../sets/region.js";
import { witnessOf } from "./witness.js";
import type { World } from "./world.js";
import { EVERY_CLUSTER } from "./world.js";

/** `unknown`: too many classes to tell. */
export type Cover =
  | {
      readonly kind: "complete";
      /** Regions that cover it together, none of which can be left out, in the order given. */
      readonly by: readonly Region[];
    }
  | {
      readonly kind: "open";
      /** A flow in the region and in none of the others, computed on demand: usually its existence is enough. */
      readonly witness: Flow;
    }
  | { readonly kind: "unknown" };

export interface CoverOptions {
  readonly world?: World;
  /** The most classes of pods, and of pairs of ends, that are checked for one box. Defaults to 4096. */
  readonly limit?: number;
}

/** Regions of another direction than the target's are ignored. */
export function cover(target: Region, by: readonly Region[], options: CoverOptions = {}): Cover {
  const used = new Set<Region>();
  for (const box of boxesOf(target)) {
    const result = coverBox(box, by, options);
    if (result.kind !== "complete") return result;
    for (const region of result.by) used.add(region);
  }
  return { kind: "complete", by: fewest(target, by, used, options) };
}

/** There may be thousands of regions, so only boxes that may intersect this one are listed. */
function coverBox(
  box: Box,
  by: readonly Region[],
  { world = EVERY_CLUSTER, limit = 4096 }: CoverOptions,
): Cover {
  const relevant: Box[] = [];
  for (const region of by) {
    if (region.direction !== box.direction) continue;
    for (const other of boxesOf(region)) {
      if (!mayIntersect(box, other)) continue;
      if (boxWithin(box, other)) return { kind: "complete", by: [region] };
      relevant.push(other);
    }
  }
  const sampled = world.sample && coverPoints(box, relevant, world.sample, limit);
  return sampled?.kind === "open" ? sampled : coverPoints(box, relevant, world, limit);
}

function holdsAlone(region: Region, box: Box): boolean {
  return region.direction === box.direction && boxesOf(region).some((other) => boxWithin(box, other));
}

function coverPoints(box: Box, relevant: readonly Box[], world: World, limit: number): Cover {
  const { subjects, bySubject } = distinctSubjects(relevant);
  const subjectPoints = world.pods(box.subject, subjects, limit);
  if (!subjectPoints) return { kind: "unknown" };
  const used = new Set<Region>();
  let looked = 0;
  let impossible = false;
  for (const subject of subjectPoints) {
    const holding = subject.matched.flatMap((index) => bySubject[index]!);
    const peers = peerPoints(box, holding, world, limit);
    if (!peers || (looked += peers.length) > limit) return { kind: "unknown" };
    for (const peer of peers) {
      const destination = box.direction === "ingress" ? subject : peer.pod;
      const result = coverPorts(box.port, peer.holding, destination ? destination.ports : []);
      if (isCovering(result)) {
        for (const { region } of result) used.add(region);
        continue;
      }
      const witness = witnessOf(box, relevant, { subject, peer, port: result });
      if (witness) return openAt(witness);
      impossible = true;
    }
  }
  return impossible ? pairs(box, relevant, limit) : { kind: "complete", by: [...used] };
}

function pairs(box: Box, relevant: readonly Box[], limit: number): Cover {
  const result = coverPairs(box, relevant, limit);
  if (!result) return { kind: "unknown" };
  if (!isCovering(result)) return openAt(() => result);
  return { kind: "complete", by: [...new Set(result.map(({ region }) => region))] };
}

function openAt(witness: () => Flow): Cover {
  return {
    kind: "open",
    get witness() {
      return witness();
    },
  };
}

function isCovering(result: readonly Box[] | OpenPort | Flow): result is readonly Box[] {
  return Array.isArray(result);
}

/** Rules often share their subject: it is one match, and `bySubject` has the boxes of each. */
function distinctSubjects(boxes: readonly Box[]): { subjects: PodMatch[]; bySubject: Box[][] } {
  const indices = new Map<string, number>();
  const subjects: PodMatch[] = [];
  const bySubject: Box[][] = [];
  for (const box of boxes) {
    const id = textOf(box.subject);
    let index = indices.get(id);
    if (index === undefined) {
      indices.set(id, (index = subjects.length));
      subjects.push(box.subject);
      bySubject.push([]);
    }
    bySubject[index]!.push(box);
  }
  return { subjects, bySubject };
}

/** One region that covers the target alone, if there is one; otherwise the used ones, without redundant ones. */
function fewest(
  target: Region,
  by: readonly Region[],
  used: ReadonlySet<Region>,
  options: CoverOptions,
): readonly Region[] {
  if (used.size <= 1) return [...used];
  const alone = by.find((region) => boxesOf(target).every((box) => holdsAlone(region, box)));
  if (alone) return [alone];
  let kept = by.filter((region) => used.has(region));
  // Each attempt is a cover of its own, and shortening a long list a little does not make it more readable.
  if (kept.length > 12) return kept;
  for (const region of [...kept].reverse()) {
    const rest = kept.filter((other) => other !== region);
    if (isComplete(target, rest, options)) kept = rest;
  }
  return kept;
}

function isComplete(target: Region, by: readonly Region[], options: CoverOptions): boolean {
  return boxesOf(target).every((box) => coverBox(box, by, options).kind === "complete");
}
