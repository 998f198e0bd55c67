import type { PortMatch, PortRange } from "../../ir/policy.js";
import { namedPort } from "./decide.js";
import type { Endpoint } from "./decide.js";

/** What a match means on a destination whose ports are known; undefined: nothing. */
export function portOn(match: PortMatch, destination: Endpoint): PortRange | undefined {
  if (match.kind === "range") return match;
  const port = namedPort(destination, match.protocol, match.name);
  const { protocol, span } = match;
  return port === undefined ? undefined : { kind: "range", protocol, from: port, to: port, span };
}
