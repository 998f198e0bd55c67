/** The nodes of a cluster as services see them: who has an address, and on which node an endpoint is. */
import { contains, parseAddress, parseBlock } from "../../ir/address.js";
import type { Block, Family } from "../../ir/address.js";
import type { Node } from "../../ir/service.js";

export class Placement {
  private readonly nodes = new Map<string, Node>();
  /** The first address of each node, by family. */
  private readonly addresses = new Map<string, Partial<Record<Family, string>>>();
  private readonly byAddress = new Map<string, string>();
  private podBlocks: readonly { readonly block: Block; readonly node: string }[] = [];

  constructor(nodes: readonly Node[]) {
    for (const node of nodes) {
      this.nodes.set(node.name, node);
      const [ip4, ip6] = [node.ips.find((ip) => !ip.includes(":")), node.ips.find((ip) => ip.includes(":"))];
      this.addresses.set(node.name, {
        ...(ip4 !== undefined && { 4: ip4 }),
        ...(ip6 !== undefined && { 6: ip6 }),
      });
      for (const ip of node.ips) if (!this.byAddress.has(ip)) this.byAddress.set(ip, node.name);
    }
    this.podBlocks = nodes.flatMap(({ name, podCidrs = [] }) =>
      podCidrs.flatMap((text) => {
        const block = parseBlock(text);
        return block ? [{ block, node: name }] : [];
      }),
    );
  }

  get isKnown(): boolean {
    return this.nodes.size > 0;
  }

  all(): Iterable<Node> {
    return this.nodes.values();
  }

  get(name: string): Node | undefined {
    return this.nodes.get(name);
  }

  /** The node that has the address itself. */
  ownerOf(ip: string): string | undefined {
    return this.byAddress.get(ip);
  }

  /** The node whose pods have addresses around this one. */
  nodeOfPods(ip: string): string | undefined {
    const address = parseAddress(ip);
    return address && this.podBlocks.find(({ block }) => contains(block, address))?.node;
  }

  /** The node of an endpoint: the one it names, else the one that its address tells. */
  nodeOf(ip: string, named: string | undefined): string | undefined {
    return named ?? this.ownerOf(ip) ?? this.nodeOfPods(ip);
  }

  /** The first address of a node, of one family. */
  addressOf(name: string, family: Family): string | undefined {
    return this.addresses.get(name)?.[family];
  }
}
