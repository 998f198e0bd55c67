/** Rules by the ports that they match: those that may share a port with another are found without a look at each. */
import type { Decided } from "./decided.js";
import type { Region } from "./region.js";

/** The lowest and the highest port of a region, of whatever protocol. */
interface Hull {
  readonly from: number;
  readonly to: number;
}

interface Placed extends Hull {
  readonly decided: Decided;
  readonly order: number;
}

const EVERY_PORT: Hull = { from: 0, to: 65535 };

/** So few rules are looked at one by one. */
const FEW = 32;

export class PortIndex {
  readonly #rules: readonly Placed[];
  #index: { readonly sorted: readonly Placed[]; readonly reach: readonly number[] } | undefined;

  constructor(rules: readonly Decided[]) {
    this.#rules = rules.map((decided, order) => {
      const { from, to } = hullOf(decided.region);
      return { decided, order, from, to };
    });
  }

  /** In the order given; those left out share no port with the region. */
  meeting(region: Region): readonly Decided[] {
    const { from, to } = hullOf(region);
    const found: Placed[] = [];
    for (const each of this.#rules.length > FEW ? this.#around(from, to) : this.#rules)
      if (each.from <= to && each.to >= from) found.push(each);
    if (this.#index) found.sort((a, b) => a.order - b.order);
    return found.map(({ decided }) => decided);
  }

  /** All that may meet these ports, and perhaps others. */
  #around(from: number, to: number): readonly Placed[] {
    if (!this.#index) {
      const sorted = [...this.#rules].sort((a, b) => a.from - b.from);
      let highest = 0;
      // The highest port of the rules up to here, so it never falls.
      this.#index = { sorted, reach: sorted.map((each) => (highest = Math.max(highest, each.to))) };
    }
    const { sorted, reach } = this.#index;
    const start = firstIndex(reach.length, (index) => reach[index]! >= from);
    const end = firstIndex(sorted.length, (index) => sorted[index]!.from > to);
    return sorted.slice(start, end);
  }
}

/** A name may mean any port. */
function hullOf({ ports }: Region): Hull {
  if (!ports) return EVERY_PORT;
  let [from, to] = [65535, 0];
  for (const port of ports) {
    if (port.kind === "named") return EVERY_PORT;
    from = Math.min(from, port.from);
    to = Math.max(to, port.to);
  }
  return { from, to };
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
