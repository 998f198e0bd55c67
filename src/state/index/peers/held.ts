/** Addresses of pods and of the node, and who holds them. */
import type { Address } from "../../../ir/address.js";
import type { Labels, Pod } from "../../../ir/inventory.js";
import type { TermSet } from "../../cidr_partition.js";
import type { NamespaceView } from "../../profiles.js";
import type { PortNumbers } from "../../rule_steps.js";
import type { PeerClass } from "./classes.js";

/** All pods with the same labels and the same named ports in one namespace. */
export interface Shape {
  readonly key: string;
  namespace: NamespaceView;
  readonly labels: Labels;
  readonly ports: PortNumbers;
  /** Terms that hold for these pods whatever their address is, ascending. */
  terms: TermSet;
  /** Addresses that count as theirs. */
  readonly held: Set<Held>;
  pods: number;
}

export interface PodRecord {
  readonly key: string;
  readonly pod: Pod;
  readonly shape: Shape;
  readonly addresses: readonly Held[];
  /** It is on this node. */
  readonly local: boolean;
}

export interface Held {
  /** Canonical. */
  readonly text: string;
  readonly address: Address;
  readonly ownNode: boolean;
  /** Pods that say that it is theirs. */
  claims: PodRecord[];
  /** Of the pod whose it is. */
  shape: Shape | undefined;
  /** Block terms that hold the address. */
  blocks: TermSet;
  /** Undefined: not known yet, or no longer. */
  peerClass: PeerClass | undefined;
}

/**
 * An address has one class, so of pods that claim it a local one is believed, and of several the first by name: the answer
 * is the same in whatever order they came.
 */
export function holderOf({ claims, ownNode }: Held): PodRecord | undefined {
  if (ownNode) return undefined;
  return claims.reduce<PodRecord | undefined>(
    (best, claim) => (best && !precedes(claim, best) ? best : claim),
    undefined,
  );
}

function precedes(a: PodRecord, b: PodRecord): boolean {
  return a.local === b.local ? a.key < b.key : a.local;
}
