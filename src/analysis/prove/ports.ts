/** The protocols and ports that stand for all, at one pair of ends. */
import type { PortMatch } from "../../ir/policy.js";
import { namedPort } from "../semantics/decide.js";
import type { Flow } from "../semantics/decide.js";
import { portOn } from "../semantics/destination_port.js";
import { portClasses } from "../sets/ports.js";
import type { EndPoint } from "./world.js";

/** `name`: what the destination calls it, if that is not known already. */
export interface PortPoint extends Pick<Flow, "protocol" | "port"> {
  readonly name?: string;
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
