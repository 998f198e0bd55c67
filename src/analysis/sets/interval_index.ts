/** From `from` to `to`, both included. */
export interface Interval<N extends number | bigint> {
  readonly from: N;
  readonly to: N;
}

/** Things with a range of numbers each: those that meet a range are found without a look at each. */
export class IntervalIndex<N extends number | bigint, T extends Interval<N>> {
  #sorted: { readonly items: readonly T[]; readonly reach: readonly N[] } | undefined;

  constructor(private readonly items: readonly T[]) {}

  /** In no order. */
  meeting(from: N, to: N): T[] {
    const found: T[] = [];
    this.some(from, to, (each) => {
      found.push(each);
      return false;
    });
    return found;
  }

  /** Does one pass, of those that meet the range? */
  some(from: N, to: N, passes: (item: T) => boolean): boolean {
    const { items, reach } = (this.#sorted ??= sortedOf(this.items));
    let index = firstIndex(reach.length, (each) => reach[each]! >= from);
    for (; index < items.length && items[index]!.from <= to; index++)
      if (items[index]!.to >= from && passes(items[index]!)) return true;
    return false;
  }
}

/** `reach`: the highest number of the items up to here, so it never falls. */
function sortedOf<N extends number | bigint, T extends Interval<N>>(items: readonly T[]) {
  const sorted = [...items].sort((a, b) => (a.from < b.from ? -1 : a.from > b.from ? 1 : 0));
  let highest = sorted[0]?.to;
  const reach = sorted.map(({ to }) => (highest = highest === undefined || to > highest ? to : highest));
  return { items: sorted, reach };
}

/** The first index that passes, of which all later ones pass too; `length` if none does. */
function firstIndex(length: number, passes: (index: number) => boolean): number {
  let [low, high] = [0, length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (passes(middle)) high = middle;
    else low = middle + 1;
  }
  return low;
}
