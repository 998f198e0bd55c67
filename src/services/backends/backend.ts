/** An endpoint of one port of one Service, with its conditions settled. */
import type { Family } from "../../ir/address.js";
import type { Span } from "../../source/span.js";

export interface Backend {
  readonly family: Family;
  /** Canonical text, and the number it stands for: backends are sorted by it. */
  readonly address: string;
  readonly value: bigint;
  readonly port: number;
  readonly ready: boolean;
  readonly serving: boolean;
  readonly terminating: boolean;
  /** Name of its node; undefined: it is on no node that is known. */
  readonly node?: string;
  readonly forZones: readonly string[];
  readonly forNodes: readonly string[];
  /** As `NAMESPACE/NAME`. */
  readonly pod?: string;
  readonly span: Span;
}

export function backendOrder(a: Backend, b: Backend): number {
  return a.value < b.value ? -1 : a.value > b.value ? 1 : a.port - b.port;
}

/** May it get anything at all: connections it has, if no new ones. */
export function isServing({ ready, serving }: Backend): boolean {
  return ready || serving;
}
