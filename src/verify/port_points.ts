import { portClasses } from "../analysis/sets/ports.js";
import type { ManifestSet } from "../bundle/manifest.js";
import type { PortMatch, Protocol } from "../ir/policy.js";

export interface PortPoint {
  readonly protocol: Protocol | "other";
  readonly port: number;
}

/** The first and the last port of every interval that the port matches tell apart, each named port's number, and ICMP. */
export function portPoints(
  ports: readonly PortMatch[],
  named: ManifestSet["namedPorts"],
  numbers: readonly number[],
): readonly PortPoint[] {
  const points = new Map<string, PortPoint>();
  const add = (point: PortPoint) => points.set(`${point.protocol} ${point.port}`, point);
  for (const { protocol, from, to } of portClasses(ports)) {
    add({ protocol, port: from });
    add({ protocol, port: to });
  }
  for (const number of numbers)
    for (const protocol of ["TCP", "UDP", "SCTP"] as const)
      if (named.length > 0) add({ protocol, port: number });
  return [...points.values()];
}

/** A number for each named port, none of which the policies mention. */
export function namedPortNumbers(
  named: ManifestSet["namedPorts"],
  ports: readonly PortMatch[],
): readonly number[] {
  const mentioned = new Set(
    ports.flatMap((port) => (port.kind === "range" ? [port.from, port.to, port.to + 1] : [])),
  );
  const numbers: number[] = [];
  for (let number = 20000; numbers.length < named.length; number++)
    if (!mentioned.has(number)) numbers.push(number);
  return numbers;
}

/** As many source ports that are none of the points: no packet can then look like the answer to another. */
export function sourcePortsBeside(points: readonly PortPoint[], count: number): readonly number[] {
  const used = new Set(points.map(({ port }) => port));
  const found: number[] = [];
  for (let port = 40000; found.length < count; port++) if (!used.has(port)) found.push(port);
  return found;
}
