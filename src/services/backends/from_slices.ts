/**
 * The endpoints of one port of a Service, of one family, out of its EndpointSlices.
 *
 * 1. A slice's port is the Service's if name and protocol are the same. One without a number is of no use.
 * 2. Of an endpoint, the first address counts, and only if it is of the slice's family.
 * 3. An absent condition means ready, serving, and not terminating.
 * 4. An address and port twice is one endpoint. Which one of the two is told by what they say, not by their order, so that
 *    all nodes agree: the one that is of most use.
 */
import type { Family } from "../../ir/address.js";
import type { EndpointSlice, ServicePort, SliceEndpoint } from "../../ir/service.js";
import { sortedBackends } from "./backend.js";
import type { Backend } from "./backend.js";
import type { Placement } from "./placement.js";

const FAMILY: Readonly<Record<EndpointSlice["addressType"], Family | undefined>> = {
  IPv4: 4,
  IPv6: 6,
  FQDN: undefined,
};

const NONE: readonly string[] = Object.freeze([]);

export function backendsOf(
  port: ServicePort,
  family: Family,
  slices: readonly EndpointSlice[],
  placement: Placement,
): readonly Backend[] {
  const found = new Map<string, Backend>();
  for (const slice of slices) {
    if (FAMILY[slice.addressType] !== family) continue;
    for (const { name, protocol, port: target } of slice.ports) {
      if (target === undefined || name !== (port.name ?? "") || protocol !== port.protocol) continue;
      for (const endpoint of slice.endpoints) {
        const backend = backendOf(endpoint, target, family, placement);
        if (!backend) continue;
        const key = `${backend.address} ${target}`;
        const other = found.get(key);
        if (!other || isOfMoreUse(backend, other)) found.set(key, backend);
      }
    }
  }
  return sortedBackends(found.values());
}

function backendOf(
  endpoint: SliceEndpoint,
  port: number,
  family: Family,
  placement: Placement,
): Backend | undefined {
  const text = endpoint.addresses[0];
  if (text === undefined || text.includes(":") !== (family === 6)) return undefined;
  // Without spreading: there are very many of them.
  return {
    family,
    address: text,
    port,
    ready: endpoint.ready ?? true,
    serving: endpoint.serving ?? true,
    terminating: endpoint.terminating ?? false,
    node: placement.nodeOf(text, endpoint.node),
    forZones: endpoint.forZones ?? NONE,
    forNodes: endpoint.forNodes ?? NONE,
    pod: endpoint.pod,
    span: endpoint.span,
  };
}

function isOfMoreUse(a: Backend, b: Backend): boolean {
  const difference = use(a) - use(b);
  return difference !== 0 ? difference > 0 : said(a) < said(b);
}

function use({ ready, serving, node }: Backend): number {
  return (ready ? 4 : 0) + (serving ? 2 : 0) + (node !== undefined ? 1 : 0);
}

function said({ node, terminating, forNodes, forZones }: Backend): string {
  return JSON.stringify([node, terminating, forNodes, forZones]);
}
