/** The tables of one node: services of both families, each with a port of each protocol. */
import type { Tables } from "./node.js";

export interface Service {
  readonly address: string;
  readonly port: number;
  readonly protocol?: "TCP" | "UDP" | "SCTP";
  readonly kind?: "cluster-ip" | "node-port" | "load-balancer" | "external-ip";
  /** `10.0.0.2:8080`, and ` local`, ` on-host` or ` at NODE` behind it. */
  readonly endpoints: readonly string[];
  /** For whom other than the cluster; else all endpoints. */
  readonly outside?: readonly number[];
  readonly cluster?: readonly number[];
  readonly empty?: "refuse" | "drop";
  readonly affinity?: number;
  readonly flags?: readonly string[];
  readonly ranges?: readonly string[];
}

export const endpointOf = (id: number, servicePort: number, text: string) => {
  const [at, ...words] = text.split(" ");
  const colon = at!.lastIndexOf(":");
  const node = words.indexOf("at");
  return {
    id,
    servicePort,
    address: at!.slice(0, colon).replace(/[[\]]/g, ""),
    port: Number(at!.slice(colon + 1)),
    flags: words.filter((word) => word === "local" || word === "on-host"),
    ...(node >= 0 && { node: words[node + 1] }),
  };
};

const FLAG = { "cluster-ip": "cluster-ip", "load-balancer": "external", "external-ip": "external" } as const;

/** Service `i` has the service port i, the sets 10 i + 1 to 10 i + 3, and the endpoints from 10 i on. */
export function tablesOf(
  services: readonly Service[],
  nodes: Readonly<Record<string, "own" | "other">> = {},
): Tables {
  const destinations = new Map<string, Set<string>>();
  for (const [address, whose] of Object.entries(nodes))
    destinations.set(address, new Set(whose === "own" ? ["node", "own"] : ["node"]));
  for (const { address, kind = "cluster-ip" } of services)
    if (kind !== "node-port")
      destinations.set(address, new Set([...(destinations.get(address) ?? []), FLAG[kind]]));
  const sets = services.map(({ endpoints, cluster, outside }, i) => {
    const all = endpoints.map((_, at) => at);
    return [cluster ?? all, outside ?? all, all].map((members, whom) => ({
      id: members.length ? 10 * i + whom + 1 : 0,
      endpoints: members.map((at) => 10 * i + at),
    }));
  });
  return {
    destinations: [...destinations].map(([address, flags]) => ({ address, flags: [...flags] })),
    endpoints: services.flatMap(({ endpoints }, i) =>
      endpoints.map((text, at) => endpointOf(10 * i + at, i, text)),
    ),
    sets: sets.flat().filter(({ id }) => id !== 0),
    ports: services.map(({ empty = "refuse", flags = [], affinity = 0 }, i) => ({
      id: i,
      sets: sets[i]!.map(({ id }) => id),
      empty: [empty, empty, "refuse"],
      flags,
      affinity,
      name: i,
    })),
    frontends: services.map(({ address, port, protocol = "TCP", kind = "cluster-ip" }, servicePort) => ({
      address,
      port,
      protocol,
      servicePort,
      kind,
    })),
    sourceRanges: services.flatMap(({ ranges = [] }, servicePort) =>
      ranges.map((block) => ({ servicePort, block })),
    ),
  };
}

let lastSet = 39;

/** A change that gives service 0 these endpoints, in a set of its own, for whoever asks. */
export const onlyThese = (endpoints: readonly number[], affinity = 0) => {
  const id = (lastSet++ % 24) + 40;
  return {
    sets: { put: [{ id, endpoints }] },
    ports: {
      put: [
        { id: 0, sets: [id, id, id], empty: ["refuse", "refuse", "refuse"], flags: [], affinity, name: 0 },
      ],
    },
  };
};
