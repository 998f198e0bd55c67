/**
 * Which endpoints of a Service's port a node may choose from, as kube-proxy 1.36 does.
 *
 * 1. By policy Cluster: the ready ones that topology leaves.
 *    a. Hints for nodes count if every ready endpoint has some and one is for this node; then those for it are left.
 *    b. Else hints for zones count if every ready endpoint has some and one is for this zone; then those for it are left.
 *    c. Else all are.
 * 2. By policy Local: the ready ones on this node, whatever the hints.
 * 3. Of each: if that is none, those that are terminating and still serving: all of them for Cluster, this node's for Local.
 */
import type { Backend } from "./backend.js";

export interface Usable {
  readonly cluster: readonly Backend[];
  readonly local: readonly Backend[];
  /** Some node has an endpoint that can be used. */
  readonly any: boolean;
}

export interface Place {
  readonly node: string;
  readonly zone: string | undefined;
}

export function usableBackends(backends: readonly Backend[], place: Place): Usable {
  const ready = backends.filter((each) => each.ready);
  const draining = backends.filter((each) => isDraining(each));
  const local = ready.filter(({ node }) => node === place.node);
  return {
    cluster: ready.length > 0 ? nearest(ready, place) : draining,
    local: local.length > 0 ? local : draining.filter(({ node }) => node === place.node),
    any: ready.length > 0 || draining.length > 0,
  };
}

function isDraining({ ready, serving, terminating }: Backend): boolean {
  return !ready && serving && terminating;
}

function nearest(ready: readonly Backend[], { node, zone }: Place): readonly Backend[] {
  return (
    hinted(ready, ({ forNodes }) => forNodes, node) ??
    hinted(ready, ({ forZones }) => forZones, zone ?? "") ??
    ready
  );
}

/** undefined: the hints do not count. */
function hinted(
  ready: readonly Backend[],
  hintsOf: (backend: Backend) => readonly string[],
  here: string,
): readonly Backend[] | undefined {
  if (!ready.every((each) => hintsOf(each).length > 0)) return undefined;
  const meant = ready.filter((each) => hintsOf(each).includes(here));
  return meant.length > 0 ? meant : undefined;
}
