/** An endpoint of one port of one Service, with its conditions settled. */
import { parseAddress } from "../../ir/address.js";
import type { Family } from "../../ir/address.js";
import type { Span } from "../../source/span.js";

export interface Backend {
  readonly family: Family;
  /** Canonical text. */
  readonly address: string;
  readonly port: number;
  readonly ready: boolean;
  readonly serving: boolean;
  readonly terminating: boolean;
  /** Name of its node; undefined: it is on no node that is known. */
  readonly node: string | undefined;
  readonly forZones: readonly string[];
  readonly forNodes: readonly string[];
  /** As `NAMESPACE/NAME`. */
  readonly pod: string | undefined;
  readonly span: Span;
}

/** By the bytes of their addresses, then their ports: as Maglev's tables have them. All are of one family. */
export function sortedBackends(backends: Iterable<Backend>): readonly Backend[] {
  const valued = Array.from(backends, (backend) => ({ backend, value: valueOf(backend.address) }));
  valued.sort((a, b) => (a.value < b.value ? -1 : a.value > b.value ? 1 : a.backend.port - b.backend.port));
  return valued.map(({ backend }) => backend);
}

/** An IPv4 address as a plain number: a cluster has very many of them. */
function valueOf(address: string): number | bigint {
  if (address.includes(":")) return parseAddress(address)!.value;
  let value = 0;
  for (const octet of address.split(".")) value = value * 256 + Number(octet);
  return value;
}

/** May it get anything at all: connections it has, if no new ones. */
export function isServing({ ready, serving }: Backend): boolean {
  return ready || serving;
}
