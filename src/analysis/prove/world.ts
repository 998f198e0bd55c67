/** The ends of flows that stand for all ends of a world, up to what a list of terms can tell apart. */
import type { Family } from "../../ir/address.js";
import type { Namespace, Pod } from "../../ir/inventory.js";
import type { BlockMatch, Peer, PodMatch } from "../../ir/policy.js";
import type { Endpoint } from "../semantics/decide.js";

/** What is asked about one end: those of its pods, or of its addresses, that the terms tell apart. */
export interface EndQuery {
  /** `undefined`: every address that no pod has. */
  readonly within: PodMatch | BlockMatch | undefined;
  /** Without repeats. */
  readonly terms: readonly Peer[];
  /** Names of ports that are asked for. */
  readonly portNames: ReadonlySet<string>;
}

export interface EndPoint {
  readonly endpoint: Endpoint;
  /** Of its address; undefined: it may have one of either. */
  readonly family: Family | undefined;
  /** Indices of the terms that it meets. */
  readonly held: ReadonlySet<number>;
  /** A pod whose port names are not known: any port may have any name, though no port has two. */
  readonly anyPortName: boolean;
  /** In every cluster: its namespace. Two ends in namespaces of one name are in the same one, labels included. */
  readonly namespace?: NamespacePoint;
  /** In the inventory: the pod. */
  readonly pod?: Pod;
}

export type NamespacePoint = Pick<Namespace, "name" | "labels">;

export interface EndPoints {
  readonly from: readonly EndPoint[];
  readonly to: readonly EndPoint[];
  /** There are more than the limit: each of these is a real one, but not all are here. */
  readonly truncated: boolean;
}

export interface ClaimWorld {
  readonly name: "every-cluster" | "inventory";
  ends(from: EndQuery, to: EndQuery, limit: number): EndPoints;
  /** Could there be a flow between the two that policies decide? */
  mayMeet(from: EndPoint, to: EndPoint): boolean;
}

export function familiesMeet(a: EndPoint, b: EndPoint): boolean {
  return a.family === undefined || b.family === undefined || a.family === b.family;
}
