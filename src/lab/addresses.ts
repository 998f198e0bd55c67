/** Addresses for pods that have none. */
import { formatAddress, parseAddress, parseBlock } from "../ir/address.js";
import type { Block } from "../ir/address.js";

/** Gives out the free addresses of a block in order, from its second one on. */
export class AddressPool {
  private next: bigint;

  constructor(
    private readonly block: Block,
    private readonly taken: ReadonlySet<string>,
  ) {
    this.next = block.first + 1n;
  }

  /** The next free address in canonical text; undefined when none is left. */
  take(): string | undefined {
    while (this.next < this.block.last) {
      const text = formatAddress({ family: this.block.family, value: this.next++ });
      if (!this.taken.has(text)) return text;
    }
    return undefined;
  }
}

/** The pool around an address: its /16 or, of IPv6, its /64. */
export function poolAround(address: string, taken: ReadonlySet<string>): AddressPool {
  const family = parseAddress(address)!.family;
  return new AddressPool(parseBlock(`${address}/${family === 4 ? 16 : 64}`)!, taken);
}

/** Can this address be a pod's, on a machine made of network namespaces? Says why not. */
export function unusable(text: string): string | undefined {
  const inside = UNUSABLE.find(([block]) => {
    const address = parseAddress(text)!;
    return block.family === address.family && block.first <= address.value && address.value <= block.last;
  });
  return inside?.[1];
}

const UNUSABLE: readonly (readonly [Block, string])[] = (
  [
    ["0.0.0.0/8", "no host has an address of 0.0.0.0/8"],
    ["127.0.0.0/8", "it is a loopback address"],
    ["169.254.0.0/16", "it is a link-local address"],
    ["224.0.0.0/3", "it is a multicast or reserved address"],
    ["192.0.2.1/32", "it is the lab's address on the internet"],
    ["198.51.100.1/32", "it is the lab's address on the internet"],
    ["::/127", "it is the unspecified or the loopback address"],
    ["::ffff:0:0/96", "it is an IPv4-mapped address"],
    ["fe80::/10", "it is a link-local address"],
    ["ff00::/8", "it is a multicast address"],
    ["2001:db8::1/128", "it is the lab's address on the internet"],
    ["2001:db8:1::1/128", "it is the lab's address on the internet"],
  ] as const
).map(([block, reason]) => [parseBlock(block)!, reason]);
