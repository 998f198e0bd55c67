import type { BlockMatch, Peer } from "../../ir/policy.js";
import { INTERNET } from "../../parser/typescript/lower/block.js";

/** One of the two blocks that `internet` is. */
export function isInternetPart(peer: Peer): boolean {
  return INTERNET.some((block) => isBlock(peer, block));
}

/** The two blocks among the peers that together are `internet`; none if one of them is missing. */
export function internetParts(peers: readonly Peer[]): readonly Peer[] {
  const parts = INTERNET.flatMap((block) => peers.find((peer) => isBlock(peer, block)) ?? []);
  return parts.length === INTERNET.length ? parts : [];
}

function isBlock(peer: Peer, block: (typeof INTERNET)[number]): peer is BlockMatch {
  return (
    peer.kind === "block" &&
    peer.cidr.text === block.cidr &&
    peer.except.length === block.except.length &&
    peer.except.every((each, index) => each.text === block.except[index])
  );
}
