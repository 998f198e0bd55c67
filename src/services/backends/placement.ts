/** The nodes of a cluster as services see them: who has an address, and on which node an endpoint is. */
import { contains, parseAddress, parseBlock } from "../../ir/address.js";
import type { Address, Block, Family } from "../../ir/address.js";
import type { Node } from "../../ir/service.js";

export class Placement {
  private readonly nodes = new Map<string, Node>();
  private readonly byAddress = new Map<string, string>();
  private podBlocks: readonly { readonly block: Block; readonly node: string }[] = [];

  constructor(nodes: readonly Node[]) {
    for (const node of nodes) {
      this.nodes.set(node.name, node);
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
  nodeOfPods(address: Address): string | undefined {
    return this.podBlocks.find(({ block }) => contains(block, address))?.node;
  }

  /** The node of an endpoint: the one it names, else the one that its address tells. */
  nodeOf(ip: string, address: Address, named: string | undefined): string | undefined {
    return named ?? this.ownerOf(ip) ?? this.nodeOfPods(address);
  }

  /** The first address of a node, of one family. */
  addressOf(name: string, family: Family): string | undefined {
    return this.nodes.get(name)?.ips.find((ip) => parseAddress(ip)?.family === family);
  }
}
