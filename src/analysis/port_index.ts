/** Rules by the ports that they match: those that may share a port with another are found without a look at each. */
import type { Decided } from "./decided.js";
import type { Region } from "./region.js";

/** The lowest and the highest port of a region, of whatever protocol. */
interface Hull {
  readonly from: number;
  readonly to: number;
}

const EVERY_PORT: Hull = { from: 0, to: 65535 };

export class PortIndex {
  /** By their lowest port. */
  readonly #sorted: readonly { readonly decided: Decided; readonly order: number; readonly hull: Hull }[];
  /** The highest port of the rules up to here, so it never falls. */
  readonly #reach: readonly number[];

  constructor(rules: readonly Decided[]) {
    this.#sorted = rules
      .map((decided, order) => ({ decided, order, hull: hullOf(decided.region) }))
      .sort((a, b) => a.hull.from - b.hull.from);
    let reach = 0;
    this.#reach = this.#sorted.map(({ hull }) => (reach = Math.max(reach, hull.to)));
  }

  /** In the order given; those left out share no port with the region. */
  meeting(region: Region): readonly Decided[] {
    const { from, to } = hullOf(region);
    const start = firstIndex(this.#reach.length, (index) => this.#reach[index]! >= from);
    const end = firstIndex(this.#sorted.length, (index) => this.#sorted[index]!.hull.from > to);
    return this.#sorted
      .slice(start, end)
      .filter(({ hull }) => hull.to >= from)
      .sort((a, b) => a.order - b.order)
      .map(({ decided }) => decided);
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
