/** A lab's nodes as the manifests describe them: EndpointSlices and host-network pods name their nodes and addresses. */
import { contains, formatAddress, parseAddress, parseBlock } from "../ir/address.js";
import type { Family } from "../ir/address.js";
import type { Node } from "../ir/inventory.js";

/** The network that joins the nodes: an IPv4 /24 and an IPv6 /64. */
export interface Fabric {
  readonly nodes: readonly { readonly name: string; readonly ipv4: string; readonly ipv6: string }[];
  readonly gateway4: string;
  readonly gateway6: string;
}

const NODES_MAX = 16;
/** It becomes part of a namespace's and an instance's name. */
const NAME = /^[a-z0-9][a-z0-9.-]{0,23}$/;
const WIDTH = { 4: 24, 6: 64 } as const;
/** The last part of the gateway's address. */
const GATEWAY = 254n;

/**
 * undefined if there are none, or they do not fit one fabric: more than 16, names that are too long, addresses that are not of
 * one network, or the gateway's or a pod's among them.
 */
export function describedNodes(nodes: readonly Node[], taken: ReadonlySet<string>): Fabric | undefined {
  if (nodes.length === 0 || nodes.length > NODES_MAX || !nodes.every(({ name }) => NAME.test(name)))
    return undefined;
  const ipv4 = networkOf(nodes, 4, taken);
  const ipv6 = nodes.some((node) => addressOf(node, 6)) ? networkOf(nodes, 6, taken) : IPV6;
  if (!ipv4 || !ipv6) return undefined;
  return {
    nodes: nodes.map((node, index) => ({
      name: node.name,
      ipv4: addressOf(node, 4)!,
      ipv6: addressOf(node, 6) ?? hostIn(IPV6, BigInt(index + 1)),
    })),
    gateway4: hostIn(ipv4, GATEWAY),
    gateway6: hostIn(ipv6, GATEWAY),
  };
}

/** Of nodes without IPv6. */
const IPV6 = "fd0c:ffff::/64";

export function hostIn(network: string, host: bigint): string {
  const block = parseBlock(network)!;
  return formatAddress({ family: block.family, value: block.first + host });
}

function networkOf(nodes: readonly Node[], family: Family, taken: ReadonlySet<string>): string | undefined {
  const addresses = nodes.map((node) => addressOf(node, family));
  const network = `${addresses[0]}/${WIDTH[family]}`;
  const block = parseBlock(network);
  if (!block) return undefined;
  const fits = addresses.every(
    (ip) => ip && ip !== hostIn(network, GATEWAY) && contains(block, parseAddress(ip)!),
  );
  const isFree = ![...taken].some((ip) => contains(block, parseAddress(ip)!));
  return fits && isFree && new Set(addresses).size === nodes.length ? network : undefined;
}

/** The first one, which is the internal one. */
function addressOf({ ips }: Node, family: Family): string | undefined {
  return ips.find((ip) => parseAddress(ip)?.family === family);
}
