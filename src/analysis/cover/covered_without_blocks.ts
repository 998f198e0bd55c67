/**
 * A block holds the pods whose addresses are in it, or none: the API leaves that to the implementation, and several ask
 * only for a pod's labels. So a match of pods is surely held by others just when those of pods hold it.
 */
import { cover } from "./cover.js";
import type { Decider } from "./decided.js";
import type { Region } from "../sets/region.js";
import { EVERY_POD } from "./peer_points.js";

/** Given regions that are covered: are their pods still, where no block holds a pod? */
export function podsAreCoveredAsPods(regions: readonly Region[], by: readonly Decider[]): boolean {
  const rules = by.flatMap(({ rule }) => (rule ? [rule] : []));
  if (rules.every(({ peers }) => !peers?.some(({ kind }) => kind === "block"))) return true;
  const others = rules.map(({ peers, ...rest }) => (peers ? { ...rest, peers: peers.filter(isPods) } : rest));
  return regions.every(({ peers = [EVERY_POD], ...rest }) => {
    return cover({ ...rest, peers: peers.filter(isPods) }, others).kind === "complete";
  });
}

function isPods({ kind }: { readonly kind: string }): boolean {
  return kind === "pods";
}
