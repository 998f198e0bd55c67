/** The known pods of two clusters, and what each cluster's policies say of them. */
import type { KnownPorts } from "../reachability/known_ports.js";
import type { Member } from "../reachability/members.js";
import type { Reach } from "../reachability/reach.js";
import { sameFamily } from "../sides/same_family.js";

export interface KnownSides {
  /** By number, as both sides count them. */
  readonly members: readonly Member[];
  readonly before: Reach;
  readonly after: Reach;
  readonly ports: KnownPorts;
}

export const OPPOSITE = { ingress: "egress", egress: "ingress" } as const;

/** Two members have addresses of one family, in both clusters. */
export function mayTalk(a: Member, b: Member): boolean {
  return a.at.every((pod, side) => sameFamily(pod.ip, b.at[side]!.ip));
}
