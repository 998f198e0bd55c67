/**
 * Whether a block contains the pods with addresses in it is up to the implementation: several only check a pod's labels.
 * So a pod match is certainly covered only if other pod matches cover it.
 */
import { cover } from "./cover.js";
import type { Decider } from "./decided.js";
import type { Region } from "../sets/region.js";
import { EVERY_POD } from "./peer_points.js";

/** Given covered regions: are their pods still covered if no block contains a pod? */
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
