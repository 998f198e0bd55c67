/** Cover in the dimension of ports: which boxes hold all ports of one, at one pair of ends. */
import type { ContainerPort } from "../../ir/inventory.js";
import type { PortMatch, Protocol } from "../../ir/policy.js";
import type { Box } from "../sets/region.js";

/** A flow's protocol and destination port that no box holds. `name` is what the destination must call the port. */
export interface OpenPort {
  readonly protocol: Protocol | "other";
  readonly port: number;
  readonly name?: string;
}

interface Span {
  readonly protocol: Protocol;
  readonly from: number;
  readonly to: number;
}

/**
 * Boxes that together hold every port of `target`, or a port that none holds. `ports` are the destination's, undefined
 * if they are not known: then a name may mean any port from 1 to 65535, and no other name means the same one.
 */
export function coverPorts(
  target: PortMatch | undefined,
  boxes: readonly Box[],
  ports: readonly ContainerPort[] | undefined,
): readonly Box[] | OpenPort {
  const whole = boxes.find(({ port }) => port === undefined);
  if (whole) return [whole];
  if (!target) return { protocol: "other", port: 0 };
  const wanted = spanOf(target, ports, target);
  if (!wanted) return [];
  const chosen: Box[] = [];
  for (let at = wanted.from; at <= wanted.to;) {
    let reach = at - 1;
    let best: Box | undefined;
    for (const box of boxes) {
      const span = spanOf(box.port!, ports, target);
      if (!span || span.protocol !== wanted.protocol || span.from > at || span.to <= reach) continue;
      [reach, best] = [span.to, box];
    }
    if (!best)
      return { protocol: wanted.protocol, port: at, ...(target.kind === "named" && { name: target.name }) };
    chosen.push(best);
    at = reach + 1;
  }
  return chosen;
}

/** The ports that a match means on the destination; undefined: none. */
function spanOf(
  match: PortMatch,
  ports: readonly ContainerPort[] | undefined,
  target: PortMatch,
): Span | undefined {
  const { protocol } = match;
  if (match.kind === "range") return match;
  if (ports) {
    const port = ports.find((each) => each.name === match.name && each.protocol === protocol)?.port;
    return port === undefined ? undefined : { protocol, from: port, to: port };
  }
  const same = target.kind === "named" && target.name === match.name && target.protocol === protocol;
  return same ? { protocol, from: 1, to: 65535 } : undefined;
}
