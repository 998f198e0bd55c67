/** A concrete flow at a subject, a peer and a port that stand for others. */
import type { Direction } from "../../ir/policy.js";
import type { Endpoint, Flow } from "../semantics/decide.js";
import type { PodKind } from "../sides/policy_index.js";
import type { PortPoint } from "./port_points.js";

export interface End {
  /** undefined: an address that no pod has. */
  readonly pod: PodKind | undefined;
  readonly ip?: string | undefined;
}

/** The destination, if it is a pod, has just the port names of the point. */
export function flowAt(direction: Direction, own: End, far: End, port: PortPoint): Flow {
  const number = portFor(port);
  const { protocol } = port;
  const ports = protocol === "other" ? [] : port.names.map((name) => ({ name, port: number, protocol }));
  const [from, to] = direction === "ingress" ? [far, own] : [own, far];
  return { from: endpointOf(from, []), to: endpointOf(to, ports), protocol, port: number };
}

function endpointOf(
  { pod, ip }: End,
  ports: readonly { name: string; port: number; protocol: "TCP" | "UDP" | "SCTP" }[],
): Endpoint {
  if (!pod) return { kind: "address", ip: ip! };
  const { namespace, labels } = pod;
  return {
    kind: "pod",
    pod: { namespace: namespace.name, name: "any", labels, ports },
    namespace,
    ...(ip !== undefined && { ip }),
  };
}

/** A port that people know, if it is one of them. */
export function portFor({ from, to }: Pick<PortPoint, "from" | "to">): number {
  if (from <= 80 && 80 <= to) return 80;
  return from === 0 ? Math.min(1, to) : from;
}
