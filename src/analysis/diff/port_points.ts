/** Protocols and ports that stand for all that some rules can tell apart, with the names that the destination gives them. */
import type { PortMatch, Rule } from "../../ir/policy.js";
import { portClasses } from "../sets/ports.js";
import type { PortClass } from "../sets/ports.js";

/** Destination ports `from`..`to` of one protocol, which the destination calls by all of `names` and by no other. */
export interface PortPoint extends Pick<PortClass, "protocol" | "from" | "to"> {
  readonly names: readonly string[];
}

/** Sets of ports are bits: bit i is `points[i]`. */
export interface PortPoints {
  readonly points: readonly PortPoint[];
  /** Every point, and those without names: what an end that is not a pod has. */
  readonly every: bigint;
  readonly nameless: bigint;
  /** The points that a rule's ports hold. */
  of(rule: Pick<Rule, "ports">): bigint;
  /** Else more names of one port would have to be looked at. */
  readonly complete: boolean;
}

/** How many names one port may have in `portPoints`. */
export interface NamesLimit {
  readonly together: number;
  readonly complete: boolean;
}

/**
 * What holds for all points of a set of names and more ones up to twice as many as matter to the verdicts holds for all:
 * each verdict needs no more than those. As many as there are will do as well.
 */
export function namesLimit(rules: readonly Pick<Rule, "ports">[], matter: number, limit: number): NamesLimit {
  const names = new Set(
    rules.flatMap(({ ports = [] }) =>
      ports.flatMap((port) => (port.kind === "named" ? [`${port.protocol} ${port.name}`] : [])),
    ),
  ).size;
  const wanted = Math.min(names, 2 * matter);
  let together = 0;
  for (let count = 1; together < wanted; together++) {
    count = (count * (names - together)) / (together + 1);
    if (count > limit / 16) break;
  }
  return { together, complete: together === wanted };
}

export function portPoints(
  rules: readonly Pick<Rule, "ports">[],
  { together, complete }: NamesLimit,
): PortPoints {
  const matches = rules.flatMap((rule) => rule.ports ?? []);
  const ranges = matches.filter(({ kind }) => kind === "range");
  const points = portClasses(ranges).flatMap(({ protocol, from, to }) =>
    subsets(namesOf(matches, protocol), together).map((names) => ({ protocol, from, to, names })),
  );
  const known = new Map<Pick<Rule, "ports">, bigint>();
  return {
    points,
    complete,
    every: bits(points, () => true),
    nameless: bits(points, ({ names }) => names.length === 0),
    of(rule) {
      let held = known.get(rule);
      if (held === undefined) {
        const { ports } = rule;
        held = bits(points, (point) => ports === undefined || ports.some((port) => holds(port, point)));
        known.set(rule, held);
      }
      return held;
    },
  };
}

function namesOf(matches: readonly PortMatch[], protocol: PortClass["protocol"]): readonly string[] {
  const names = matches.flatMap((port) =>
    port.kind === "named" && port.protocol === protocol ? [port.name] : [],
  );
  return [...new Set(names)];
}

/** The subsets with at most so many members, the smaller ones of one beginning first. */
function subsets(names: readonly string[], size: number): readonly (readonly string[])[] {
  if (size === 0) return [[]];
  return [
    [],
    ...names.flatMap((name, i) => subsets(names.slice(i + 1), size - 1).map((rest) => [name, ...rest])),
  ];
}

function holds(port: PortMatch, { protocol, from, names }: PortPoint): boolean {
  if (port.protocol !== protocol) return false;
  return port.kind === "named" ? names.includes(port.name) : port.from <= from && from <= port.to;
}

function bits(points: readonly PortPoint[], holds: (point: PortPoint) => boolean): bigint {
  let set = 0n;
  for (const [index, point] of points.entries()) if (holds(point)) set |= 1n << BigInt(index);
  return set;
}
