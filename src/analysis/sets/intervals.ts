/** Exact sets of addresses: what a list of blocks, with their excepts, can tell apart. */
import type { Block, Family } from "../../ir/address.js";
import { blockOf, formatAddress } from "../../ir/address.js";
import type { BlockMatch } from "../../ir/policy.js";
import { bitsOf } from "./classes.js";

/** Addresses from `first` to `last`, both included. */
export interface AddressRange {
  readonly first: bigint;
  readonly last: bigint;
}

/** All addresses of one family that exactly the same blocks hold. */
export interface BlockClass {
  readonly family: Family;
  /** One address of the class, as text. */
  readonly witness: string;
  /** Indices of the blocks that hold these addresses, ascending. */
  readonly matched: readonly number[];
  /** The same as bits: bit i is `blocks[i]`. */
  readonly signature: bigint;
  /** Ascending, disjoint, not adjacent. `prefixesOf` turns one into CIDR blocks. */
  readonly ranges: readonly AddressRange[];
}

const FAMILIES = [4, 6] as const;
const LAST = { 4: (1n << 32n) - 1n, 6: (1n << 128n) - 1n } as const;

/**
 * The classes of all addresses, IPv4 first, in order of their first address. They partition both families: the class
 * that no block holds is among them if it is not empty.
 */
export function blockClasses(blocks: readonly BlockMatch[]): readonly BlockClass[] {
  return FAMILIES.flatMap((family) => familyClasses(blocks, family));
}

interface Edge {
  readonly at: bigint;
  readonly index: number;
  readonly kind: "cidr" | "except";
  readonly step: 1 | -1;
}

/** A sweep over the edges: a block holds an address while it is in the CIDR and in none of the excepts. */
function familyClasses(blocks: readonly BlockMatch[], family: Family): BlockClass[] {
  const edges = blocks.flatMap((block, index) => edgesOf(block, index, family)).sort(byAddress);
  const depth = { cidr: new Int32Array(blocks.length), except: new Int32Array(blocks.length) };
  const held = new Set<number>();
  const found = new Map<string, { matched: number[]; ranges: AddressRange[] }>();
  let from = 0n;
  const close = (last: bigint) => {
    if (last < from) return;
    const matched = [...held].sort((a, b) => a - b);
    const id = matched.join();
    const known = found.get(id);
    if (!known) found.set(id, { matched, ranges: [{ first: from, last }] });
    else append(known.ranges, { first: from, last });
    from = last + 1n;
  };
  for (const { at, index, kind, step } of edges) {
    close(at - 1n);
    depth[kind][index]! += step;
    if (depth.cidr[index]! > 0 && depth.except[index] === 0) held.add(index);
    else held.delete(index);
  }
  close(LAST[family]);
  return [...found.values()].map(({ matched, ranges }) => ({
    family,
    // Text and bits are made when they are asked for: most classes are only counted or compared.
    get witness() {
      return formatAddress({ family, value: witnessOf(ranges[0]!) });
    },
    matched,
    get signature() {
      return bitsOf(matched);
    },
    ranges,
  }));
}

function edgesOf(block: BlockMatch, index: number, family: Family): Edge[] {
  const pair = ({ first, last }: Block, kind: Edge["kind"]): Edge[] => [
    { at: first, index, kind, step: 1 },
    { at: last + 1n, index, kind, step: -1 },
  ];
  const cidr = blockOf(block.cidr.text);
  if (cidr.family !== family) return [];
  const excepts = block.except.map(({ text }) => blockOf(text)).filter((except) => except.family === family);
  return [...pair(cidr, "cidr"), ...excepts.flatMap((except) => pair(except, "except"))];
}

function byAddress(a: Edge, b: Edge): number {
  return a.at < b.at ? -1 : a.at > b.at ? 1 : a.index - b.index;
}

function append(ranges: AddressRange[], range: AddressRange): void {
  const before = ranges.at(-1);
  if (before && before.last + 1n === range.first)
    ranges[ranges.length - 1] = { first: before.first, last: range.last };
  else ranges.push(range);
}

/** Not the first address if there is another: that one is often a network's own (0.0.0.0, ::). */
function witnessOf({ first, last }: AddressRange): bigint {
  return first < last ? first + 1n : first;
}

/** The fewest CIDR blocks that make up the range, ascending. */
export function prefixesOf(family: Family, range: AddressRange): readonly Block[] {
  const width = family === 4 ? 32 : 128;
  const prefixes: Block[] = [];
  let first = range.first;
  while (first <= range.last) {
    let prefix = width;
    let size = 1n;
    while (prefix > 0 && first % (size * 2n) === 0n && first + size * 2n - 1n <= range.last) {
      size *= 2n;
      prefix--;
    }
    prefixes.push({ family, prefix, first, last: first + size - 1n });
    first += size;
  }
  return prefixes;
}
