/** The known pods of two clusters, and what each cluster's policies say of them. */
import type { KnownPorts } from "../../reachability/known_ports.js";
import type { Direction } from "../../../ir/policy.js";
import type { KnownPod, Member } from "../../reachability/members.js";
import { NO_RULES } from "../../reachability/reach.js";
import type { Reach } from "../../reachability/reach.js";
import type { PolicyIndex, SideRules } from "../../sides/policy_index.js";
import { sameFamily } from "../../sides/same_family.js";

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

/** What the policies say of a known pod; of one on the host network nothing. */
export function sideOf(index: PolicyIndex, direction: Direction, { pod, namespace }: KnownPod): SideRules {
  return pod.hostNetwork ? NO_RULES : index.side(direction, { labels: pod.labels, namespace });
}
