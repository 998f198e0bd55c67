import type { Unasked } from "../../analysis/semantics/explain.js";

/** Why the tiers were not evaluated. */
export const UNASKED: Record<Unasked, string> = {
  itself: "the pod itself: no policy applies to what it sends itself",
  "not-a-pod": "not a pod: no policy applies",
  "host-network": "on the host network: policies treat it as its node, and none applies",
  "own-node": "the pod's own node: its traffic always passes",
};
