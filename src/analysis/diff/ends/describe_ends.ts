/** Classes of pods and of addresses, gathered into the fewest plain sets. */
import type { PodMatch } from "../../../ir/policy.js";
import type { AddressRange, BlockClass } from "../../sets/intervals.js";
import { isContradictory, podsIntersect, podsWithin } from "../../sets/pod_conditions.js";
import { EVERY_POD } from "../../cover/peer_points.js";
import { bothSelect } from "./end_set.js";
import type { AddressSet, EndSet } from "./end_set.js";
import { productsOf } from "./products.js";
import type { Product } from "./products.js";

/** All ends that are looked at, by class. */
export interface EndSpace {
  /** What tells the classes of pods apart. */
  readonly terms: readonly PodMatch[];
  /** For each class of pods, the terms that select it. */
  readonly classes: readonly { readonly matched: readonly number[] }[];
  /** Addresses that no pod has are one more class, the last. */
  readonly outside: boolean;
  /** Pods that all classes are of; undefined: of any. */
  readonly within: PodMatch | undefined;
  /** If not all pods within are looked at: each class is of one of these terms. */
  readonly anchors?: ReadonlySet<number>;
  /** The classes of addresses. One class, of all, where none is told apart. */
  readonly addresses: readonly Pick<BlockClass, "family" | "ranges">[];
}

/** @param chosen for each class, outside last, its chosen addresses, as bits */
export function describeEnds(space: EndSpace, chosen: readonly bigint[]): readonly EndSet[] {
  const distinct = [...new Set(chosen.filter((addresses) => addresses !== 0n))];
  const needed = distinct.filter((addresses) => {
    const parts = distinct.filter((each) => each !== addresses && (each & ~addresses) === 0n);
    return parts.reduce((union, each) => union | each, 0n) !== addresses;
  });
  return needed.flatMap((addresses) => {
    const on = bitsWhere(chosen, (each) => (addresses & ~each) === 0n);
    return podSets(space, on).map((set) => ({ ...set, addresses: addressSet(space.addresses, addresses) }));
  });
}

function podSets(space: EndSpace, on: bigint): readonly Pick<EndSet, "pods" | "except">[] {
  const { terms, classes, outside, anchors } = space;
  const pods = (1n << BigInt(classes.length)) - 1n;
  const every = outside ? (pods << 1n) | 1n : pods;
  const held = new Array<bigint>(terms.length).fill(0n);
  for (const [index, { matched }] of classes.entries())
    for (const term of matched) if (term < terms.length) held[term]! |= 1n << BigInt(index);
  // That an end is a pod is one more term.
  const products = productsOf(on, {
    every,
    held: outside ? [...held, pods] : held,
    ...(anchors && { anchors }),
  });
  return products.map((product) => selected(space, product));
}

function selected(
  { terms, outside, within }: EndSpace,
  { yes, no }: Product,
): Pick<EndSet, "pods" | "except"> {
  const known = outside ? [...terms, EVERY_POD] : terms;
  const pods = yes.reduce((all: PodMatch | undefined, term) => bothSelect(all, known[term]!), within);
  const refused = no.map((term) => known[term]!);
  const meeting = refused.filter((each) => !isContradictory(each) && (!pods || podsIntersect(pods, each)));
  const except = meeting.filter(
    (each, i) => !meeting.some((other, j) => i !== j && holds(other, each, j < i)),
  );
  return { pods, except };
}

/** Of equal ones the first is kept. */
function holds(wide: PodMatch, narrow: PodMatch, isFirst: boolean): boolean {
  return podsWithin(narrow, wide) && (isFirst || !podsWithin(wide, narrow));
}

/** Undefined: all of them. */
function addressSet(classes: EndSpace["addresses"], chosen: bigint): AddressSet | undefined {
  if (chosen === (1n << BigInt(classes.length)) - 1n) return undefined;
  const own = classes.filter((_, index) => ((chosen >> BigInt(index)) & 1n) === 1n);
  return ([4, 6] as const).flatMap((family) => {
    const ranges = joined(own.filter((each) => each.family === family).flatMap((each) => each.ranges));
    return ranges.length > 0 ? [{ family, ranges }] : [];
  });
}

function joined(ranges: readonly AddressRange[]): readonly AddressRange[] {
  const found: AddressRange[] = [];
  for (const range of [...ranges].sort((a, b) => (a.first < b.first ? -1 : 1))) {
    const last = found.at(-1);
    if (last && last.last + 1n === range.first)
      found[found.length - 1] = { first: last.first, last: range.last };
    else found.push(range);
  }
  return found;
}

export function bitsWhere<T>(items: readonly T[], holds: (item: T, index: number) => boolean): bigint {
  let bits = 0n;
  for (const [index, item] of items.entries()) if (holds(item, index)) bits |= 1n << BigInt(index);
  return bits;
}
