/** The peers that stand for all peers of a box: pods with an address, and addresses that no pod has. */
import { blockOf, parseAddress } from "../../ir/address.js";
import type { BlockMatch, Peer, PodMatch } from "../../ir/policy.js";
import { NO_SPAN } from "../../source/span.js";
import { minimalSets } from "../sets/classes.js";
import { inBlock } from "../semantics/decide.js";
import { blockClasses } from "../sets/intervals.js";
import type { BlockClass } from "../sets/intervals.js";
import type { Box } from "../sets/region.js";
import type { PodPoint, World } from "./world.js";

export interface PeerPoint {
  /** undefined: an address outside the cluster. */
  readonly pod: PodPoint | undefined;
  /** undefined: a pod's address that no peer term asks for. */
  readonly ip: string | undefined;
  /** Those of the boxes whose peer this is. */
  readonly holding: readonly Box[];
}

interface AddressPoint {
  readonly ip: string | undefined;
  /** Indices of the blocks that hold it. */
  readonly matched: readonly number[];
}

const ALL = { requirements: [], span: NO_SPAN };
/** Of every namespace. */
export const EVERY_POD: PodMatch = {
  kind: "pods",
  namespaces: { kind: "selector", selector: ALL, span: NO_SPAN },
  pods: ALL,
  span: NO_SPAN,
};

/**
 * Peers of `box` such that boxes which hold all of them hold every peer of it. Undefined: more than `limit`.
 *
 * Where an address alone will do, pods with that address need not be looked at: at least the same boxes hold them. It
 * does not do for a pod term, nor for a named port of the destination.
 */
export function peerPoints(
  box: Box,
  boxes: readonly Box[],
  world: World,
  limit: number,
): readonly PeerPoint[] | undefined {
  const open = boxes.filter(({ peer }) => peer === undefined);
  const blocks = boxes.filter((each): each is Box & { peer: BlockMatch } => each.peer?.kind === "block");
  const within = box.peer?.kind === "block" ? box.peer : undefined;
  if (box.peer?.kind !== "pods" && !(box.direction === "egress" && box.port?.kind === "named")) {
    return anyAddress(blocks, within).map((address) => ({
      pod: undefined,
      get ip() {
        return address.ip;
      },
      holding: [...open, ...address.matched.map((index) => blocks[index]!)],
    }));
  }
  const byPods = boxes.filter((each): each is Box & { peer: PodMatch } => each.peer?.kind === "pods");
  const pods = world.pods(box.peer?.kind === "pods" ? box.peer : EVERY_POD, byPods.map(peerOf), limit);
  return pods?.flatMap((pod) => {
    const addresses = pod.ips ? knownAddresses(pod.ips, blocks, within) : anyAddress(blocks, within);
    return addresses.map((address) => ({
      pod,
      get ip() {
        return blocks.length > 0 || within || pod.ips ? address.ip : undefined;
      },
      holding: [...open, ...pod.matched.map((i) => byPods[i]!), ...address.matched.map((i) => blocks[i]!)],
    }));
  });
}

function peerOf<T extends Peer>({ peer }: Box & { peer: T }): T {
  return peer;
}

function anyAddress(
  blocks: readonly { peer: BlockMatch }[],
  within: BlockMatch | undefined,
): readonly AddressPoint[] {
  if (leaveAddress(blocks, within)) {
    const classes = () => addressClasses(blocks, within);
    const isOutside = ({ matched }: BlockClass) => matched.length === (within ? 1 : 0);
    return [
      {
        // Made only where it is a witness.
        get ip() {
          return classes().find(isOutside)!.witness;
        },
        matched: [],
      },
    ];
  }
  return minimalSets(addressClasses(blocks, within), ({ matched }) => matched).map((each) => ({
    get ip() {
      return each.witness;
    },
    matched: within ? each.matched.slice(0, -1) : each.matched,
  }));
}

/** Surely none of the blocks holds some address of `within`, as where all are of one family. False also if it is not plain. */
function leaveAddress(blocks: readonly { peer: BlockMatch }[], within: BlockMatch | undefined): boolean {
  if (within || blocks.length === 0) return blocks.length === 0;
  const { family } = blockOf(blocks[0]!.peer.cidr.text);
  return blocks.every(({ peer }) => blockOf(peer.cidr.text).family === family);
}

/** Of the addresses in `within`, which is then the last that is matched. */
function addressClasses(
  blocks: readonly { peer: BlockMatch }[],
  within: BlockMatch | undefined,
): readonly BlockClass[] {
  const terms = blocks.map(({ peer }) => peer);
  if (!within) return blockClasses(terms);
  return blockClasses([...terms, within]).filter(({ matched }) => matched.at(-1) === terms.length);
}

function knownAddresses(
  ips: readonly string[],
  blocks: readonly { peer: BlockMatch }[],
  within: BlockMatch | undefined,
): readonly AddressPoint[] {
  return ips.flatMap((ip) => {
    const address = parseAddress(ip);
    if (!address || (within && !inBlock(within, address))) return [];
    return [{ ip, matched: [...blocks.keys()].filter((index) => inBlock(blocks[index]!.peer, address)) }];
  });
}
