/** Rules by the ports that they match: those that may share a port with another are found without a look at each. */
import type { Decided } from "./decided.js";
import type { Interval } from "../sets/interval_index.js";
import { IntervalIndex } from "../sets/interval_index.js";
import type { Region } from "../sets/region.js";

interface Placed extends Interval<number> {
  readonly decided: Decided;
  readonly order: number;
}

export class PortIndex {
  readonly #rules: IntervalIndex<number, Placed>;

  constructor(rules: readonly Decided[]) {
    this.#rules = new IntervalIndex(
      rules.map((decided, order) => {
        const { from, to } = portHull(decided.region);
        return { from, to, decided, order };
      }),
    );
  }

  /** In the order given; those left out share no port with the region. */
  meeting(region: Region): readonly Decided[] {
    const { from, to } = portHull(region);
    return [...this.#rules.meeting(from, to)].sort((a, b) => a.order - b.order).map(({ decided }) => decided);
  }
}

const EVERY_PORT: Interval<number> = { from: 0, to: 65535 };

/** The lowest and the highest port of a region, of whatever protocol. A name may mean any port. */
export function portHull({ ports }: Region): Interval<number> {
  if (!ports) return EVERY_PORT;
  let [from, to] = [65535, 0];
  for (const port of ports) {
    if (port.kind === "named") return EVERY_PORT;
    from = Math.min(from, port.from);
    to = Math.max(to, port.to);
  }
  return { from, to };
}
