/** The addresses as blocks divide them: every prefix that a block mentions, and what it leaves over. */
import type { Address, Block, Family } from "../ir/address.js";

/** Numbers of terms, ascending. */
export type TermSet = readonly number[];

/** A block term: the addresses in `cidr` and in none of `except`. */
export interface BlockTerm {
  readonly term: number;
  readonly cidr: Block;
  readonly except: readonly Block[];
}

/** The terms that hold every address of `prefix` which is in no longer prefix of the partition. There is one. */
export interface CidrClass {
  readonly prefix: Block;
  readonly terms: TermSet;
  /** One of these addresses. */
  readonly witness: Address;
}

/**
 * All CIDRs and excepts of the terms are prefixes of the partition. So an address whose longest prefix is P is in
 * exactly the CIDRs and excepts that hold the whole of P: that decides each term for all of P's remaining addresses.
 * Prefixes that longer ones cover are left out: no lookup ends there.
 */
export class CidrPartition {
  private readonly found: CidrClass[];
  private readonly byLength = {
    4: new Map<number, Map<bigint, TermSet>>(),
    6: new Map<number, Map<bigint, TermSet>>(),
  };
  private readonly lengths: Record<Family, readonly number[]>;

  constructor(terms: readonly BlockTerm[]) {
    this.found = ([4, 6] as const).flatMap((family) => familyClasses(terms, family));
    for (const { prefix, terms } of this.found) {
      const lengths = this.byLength[prefix.family];
      let firsts = lengths.get(prefix.prefix);
      if (!firsts) lengths.set(prefix.prefix, (firsts = new Map()));
      firsts.set(prefix.first, terms);
    }
    const longestFirst = (family: Family) => [...this.byLength[family].keys()].sort((a, b) => b - a);
    this.lengths = { 4: longestFirst(4), 6: longestFirst(6) };
  }

  /** In order of family, first address and length. */
  classes(): Iterable<CidrClass> {
    return this.found;
  }

  /** All addresses of a family, from the first on: where the terms that hold change, and what holds from there. */
  intervals(family: Family): Interval[] {
    const last = (1n << (family === 4 ? 32n : 128n)) - 1n;
    const found: Interval[] = [{ first: 0n, terms: [] }];
    const stack: { readonly last: bigint; readonly terms: TermSet }[] = [{ last, terms: [] }];
    const leave = (before: bigint) => {
      while (stack.length > 1 && stack.at(-1)!.last < before) {
        const left = stack.pop()!;
        found.push({ first: left.last + 1n, terms: stack.at(-1)!.terms });
      }
    };
    for (const { prefix, terms } of this.found) {
      if (prefix.family !== family) continue;
      leave(prefix.first);
      found.push({ first: prefix.first, terms });
      stack.push({ last: prefix.last, terms });
    }
    leave(last);
    return merged(found);
  }

  termsAt({ family, value }: Address): TermSet {
    const width = family === 4 ? 32 : 128;
    for (const length of this.lengths[family]) {
      const hostBits = BigInt(width - length);
      const terms = this.byLength[family].get(length)!.get((value >> hostBits) << hostBits);
      if (terms) return terms;
    }
    return [];
  }
}

export interface Interval {
  readonly first: bigint;
  readonly terms: TermSet;
}

/** Of several that begin at one address the last is meant; neighbours with the same terms are one. */
function merged(intervals: readonly Interval[]): Interval[] {
  const kept: Interval[] = [];
  for (const interval of intervals) {
    if (kept.at(-1)?.first === interval.first) kept.pop();
    if (kept.at(-1)?.terms.join() !== interval.terms.join()) kept.push(interval);
  }
  return kept;
}

interface Prefix {
  readonly block: Block;
  readonly cidrOf: number[];
  readonly exceptOf: number[];
  /** The first address that no longer prefix seen so far holds; past the block if there is none. */
  free: bigint;
}

/** A walk over the prefixes, outer before inner, with the ones that hold the current one on a stack. */
function familyClasses(terms: readonly BlockTerm[], family: Family): CidrClass[] {
  const stack: Prefix[] = [];
  const walked = prefixesOf(terms, family).map((prefix) => {
    while (stack.length > 0 && stack.at(-1)!.block.last < prefix.block.first) stack.pop();
    const outer = stack.at(-1);
    if (outer && outer.free === prefix.block.first) outer.free = prefix.block.last + 1n;
    stack.push(prefix);
    const excepted = new Set(stack.flatMap(({ exceptOf }) => exceptOf));
    const held = stack.flatMap(({ cidrOf }) => cidrOf).filter((term) => !excepted.has(term));
    return { prefix, terms: held.sort((a, b) => a - b) };
  });
  return walked
    .filter(({ prefix }) => prefix.free <= prefix.block.last)
    .map(({ prefix, terms: held }) => ({
      prefix: prefix.block,
      terms: held,
      witness: { family, value: prefix.free },
    }));
}

function prefixesOf(terms: readonly BlockTerm[], family: Family): Prefix[] {
  const found = new Map<string, Prefix>();
  const at = (block: Block): Prefix => {
    const id = `${block.first}/${block.prefix}`;
    let prefix = found.get(id);
    if (!prefix) found.set(id, (prefix = { block, cidrOf: [], exceptOf: [], free: block.first }));
    return prefix;
  };
  for (const { term, cidr, except } of terms) {
    if (cidr.family === family) at(cidr).cidrOf.push(term);
    for (const block of except) if (block.family === family) at(block).exceptOf.push(term);
  }
  return [...found.values()].sort(({ block: a }, { block: b }) =>
    a.first < b.first ? -1 : a.first > b.first ? 1 : a.prefix - b.prefix,
  );
}
