/** Points of ports, gathered into the fewest plain sets. */
import type { PortMatch } from "../../ir/policy.js";
import { NO_SPAN } from "../../source/span.js";
import { joinedSpans } from "../sets/port_spans.js";
import type { PortSpan } from "../sets/port_spans.js";
import { bitsWhere } from "./ends/describe_ends.js";
import type { PortPoint, PortPoints } from "./port_points.js";
import { productsOf } from "./ends/products.js";

/** Destination ports `from`..`to` of one protocol that the destination calls by all of `names`, and by none of `unless`. */
export interface PortSet extends PortSpan {
  readonly names: readonly string[];
  readonly unless: readonly string[];
}

export function describePorts({ points }: PortPoints, chosen: bigint): readonly PortSet[] {
  const found = new Map<string, PortSet[]>();
  for (const [first, end] of spansOf(points)) {
    const own = points.slice(first, end);
    const on = (chosen >> BigInt(first)) & ((1n << BigInt(own.length)) - 1n);
    const known = [...new Set(own.flatMap(({ names }) => names))];
    const held = known.map((name) => bitsWhere(own, ({ names }) => names.includes(name)));
    const { protocol, from, to } = own[0]!;
    for (const { yes, no } of productsOf(on, { every: (1n << BigInt(own.length)) - 1n, held })) {
      const [names, unless] = [yes, no].map((terms) => terms.map((term) => known[term]!).sort());
      const key = JSON.stringify([protocol, names, unless]);
      const list = found.get(key) ?? [];
      found.set(key, list);
      list.push({ protocol, from, to, names: names!, unless: unless! });
    }
  }
  return [...found.values()].flatMap((list) => joinedSpans(list).map((span) => ({ ...list[0]!, ...span })));
}

/** The points of one range, which differ in names only, stand together: where they begin and end. */
function* spansOf(points: readonly PortPoint[]): Generator<readonly [number, number]> {
  let first = 0;
  for (let index = 1; index <= points.length; index++) {
    const [a, b] = [points[first]!, points[index]];
    if (b && a.protocol === b.protocol && a.from === b.from) continue;
    yield [first, index];
    first = index;
  }
}

export function pointsWithin({ points }: PortPoints, sets: readonly PortSet[]): bigint {
  return bitsWhere(points, (point) =>
    sets.some(
      ({ protocol, from, to, names, unless }) =>
        protocol === point.protocol &&
        from <= point.from &&
        point.to <= to &&
        names.every((name) => point.names.includes(name)) &&
        !unless.some((name) => point.names.includes(name)),
    ),
  );
}

/** Matches that tell apart what the sets do. */
export function matchesOf(sets: readonly PortSet[]): readonly PortMatch[] {
  return sets.flatMap(({ protocol, from, to, names, unless }): readonly PortMatch[] => {
    if (protocol === "other") return [];
    return [
      { kind: "range", protocol, from, to, span: NO_SPAN },
      ...[...names, ...unless].map((name): PortMatch => ({ kind: "named", protocol, name, span: NO_SPAN })),
    ];
  });
}

export function portSetsKey(sets: readonly PortSet[]): string {
  return sets.map((set) => JSON.stringify([set.protocol, set.from, set.to, set.names, set.unless])).join();
}

/** Nothing that is not a pod has names. */
export function allNamed(sets: readonly PortSet[]): boolean {
  return sets.every(({ names }) => names.length > 0);
}
