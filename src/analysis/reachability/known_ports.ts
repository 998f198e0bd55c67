/** Protocols and ports that the rules of some policies tell apart on the pods of an inventory, as bits. */
import type { ContainerPort } from "../../ir/inventory.js";
import type { PortMatch, Protocol, Rule } from "../../ir/policy.js";
import { NO_SPAN } from "../../source/span.js";
import { joinedSpans } from "../sets/port_spans.js";
import type { PortSpan } from "../sets/port_spans.js";
import { portClasses } from "../sets/ports.js";

/** A destination's ports: a name is a number there. undefined: it is not a pod. */
export type NamedBy = readonly ContainerPort[] | undefined;

/** Bit i is `points[i]`. */
export class KnownPorts {
  readonly points: readonly PortSpan[];
  readonly every: bigint;
  private readonly unnamed = new Map<Rule["ports"], bigint>();
  private readonly starts: ReadonlyMap<
    Protocol,
    { readonly first: number; readonly from: readonly number[] }
  >;

  constructor(rules: readonly Rule[], destinations: Iterable<readonly ContainerPort[]>) {
    const ranges = rules.flatMap(({ ports }) => ports?.filter(({ kind }) => kind === "range") ?? []);
    const named = [...destinations].flat().map(({ protocol, port }): PortMatch => {
      return { kind: "range", protocol, from: port, to: port, span: NO_SPAN };
    });
    this.points = portClasses(distinctRanges([...ranges, ...named]));
    this.every = (1n << BigInt(this.points.length)) - 1n;
    this.starts = startsOf(this.points);
  }

  /** The ports that the rule's hold at this destination. */
  of({ ports }: Pick<Rule, "ports">, destination: NamedBy): bigint {
    if (!ports) return this.every;
    let held = this.unnamed.get(ports);
    if (held === undefined) {
      held = 0n;
      for (const port of ports)
        if (port.kind === "range") held |= this.range(port.protocol, port.from, port.to);
      this.unnamed.set(ports, held);
    }
    for (const port of ports) {
      if (port.kind !== "named") continue;
      const number = destination?.find(
        (each) => each.name === port.name && each.protocol === port.protocol,
      )?.port;
      if (number !== undefined) held |= this.range(port.protocol, number, number);
    }
    return held;
  }

  /** Ascending, those that touch as one. */
  spans(set: bigint): readonly PortSpan[] {
    return joinedSpans(this.points.filter((_, index) => ((set >> BigInt(index)) & 1n) === 1n));
  }

  private range(protocol: Protocol, from: number, to: number): bigint {
    const { first, from: starts } = this.starts.get(protocol)!;
    const [low, high] = [indexOf(starts, from), indexOf(starts, to)];
    return high < low ? 0n : ((1n << BigInt(high - low + 1)) - 1n) << BigInt(first + low);
  }
}

/** Thousands of rules name a few ports: each of those is one match, else the signatures would be long. */
function distinctRanges(ranges: readonly PortMatch[]): readonly PortMatch[] {
  const found = new Map<string, PortMatch>();
  for (const range of ranges)
    if (range.kind === "range") found.set(`${range.protocol} ${range.from} ${range.to}`, range);
  return [...found.values()];
}

function startsOf(points: readonly PortSpan[]) {
  const found = new Map<Protocol, { first: number; from: number[] }>();
  for (const [index, { protocol, from }] of points.entries()) {
    if (protocol === "other") continue;
    const known = found.get(protocol);
    if (known) known.from.push(from);
    else found.set(protocol, { first: index, from: [from] });
  }
  return found;
}

/** The last start that is not past the port. */
function indexOf(starts: readonly number[], port: number): number {
  let low = 0;
  let high = starts.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (starts[middle]! <= port) low = middle;
    else high = middle - 1;
  }
  return low;
}
