/** The protocols and ports that stand for all, at one pair of ends. */
import type { PortMatch, PortRange } from "../ir/policy.js";
import { namedPort } from "./decide.js";
import type { Endpoint, Flow } from "./decide.js";
import { portClasses } from "./ports.js";
import type { EndPoint } from "./prove_world.js";

/** `name`: what the destination calls it, if that is not known already. */
export interface PortPoint extends Pick<Flow, "protocol" | "port"> {
  readonly name?: string;
}

/** What a match means on a destination whose ports are known; undefined: nothing. */
export function portOn(match: PortMatch, destination: Endpoint): PortRange | undefined {
  if (match.kind === "range") return match;
  const port = namedPort(destination, match.protocol, match.name);
  const { protocol, span } = match;
  return port === undefined ? undefined : { kind: "range", protocol, from: port, to: port, span };
}

/** A port from 1 of each class that the matches tell apart on this destination. */
export function portPoints(
  matches: readonly PortMatch[],
  { endpoint, anyPortName }: EndPoint,
): readonly PortPoint[] {
  const known = anyPortName ? matches : matches.flatMap((match) => portOn(match, endpoint) ?? []);
  return portClasses(known)
    .filter(({ protocol, to }) => protocol === "other" || to > 0)
    .map(({ protocol, from, name }) => ({
      protocol,
      port: protocol === "other" ? 0 : Math.max(from, 1),
      ...(name !== undefined && { name }),
    }));
}

export function holdsPort(match: PortMatch, point: PortPoint, { endpoint, anyPortName }: EndPoint): boolean {
  if (match.protocol !== point.protocol) return false;
  if (match.kind === "range") return match.from <= point.port && point.port <= match.to;
  return anyPortName
    ? match.name === point.name
    : namedPort(endpoint, match.protocol, match.name) === point.port;
}
