/** Services as a node on the wire serves them: each with a cluster IP and a balancer's address, and backends on another node. */
import type { ServiceObjects, WholeServices } from "../../../src/services/node/services_state.js";
import type { Mode } from "../state.js";
import { NODE, POD } from "./network.js";

export const OTHER_NODE = "192.168.0.2";

/** Number 0 is 10.96.0.1 or, of the balancer's, 10.112.0.1. */
const addressOf = (second: number, number: number) =>
  `10.${second + ((number + 1) >> 16)}.${((number + 1) >> 8) & 255}.${(number + 1) & 255}`;
export const clusterIp = (service: number) => addressOf(96, service);
export const balancerIp = (service: number) => addressOf(112, service);

export interface WireState {
  readonly services: number;
  readonly backends: number;
  readonly mode: Mode;
  readonly hook: "xdp" | "tc";
}

export function wireState(
  { services, backends, mode, hook }: WireState,
  objects: ServiceObjects,
): WholeServices {
  const numbers = Array.from({ length: services }, (_, service) => service);
  const spare = 64;
  return {
    ...{ kind: "services", version: 1, generation: 1, whole: true },
    objects,
    config: {
      ...{ tableSize: 16381, seed: 1, dispatchTcp: mode, dispatchUdp: mode, refusal: "icmp", mtu: 1500 },
      ...{ genevePort: 6081, snatFirst: 1024, snatLast: 65535, node4: NODE, hairpin4: "169.254.42.1" },
      hairpin6: "fd00:42::1",
    },
    capacity: {
      ...{ ports: services + spare, sets: services + spare, members: (services + spare) * backends },
      ...{ endpoints: (services + spare) * backends, frontends: 2 * services + spare },
      ...{ destinations: 2 * services + spare, rows: spare },
    },
    links: [{ name: "uplink", hook }],
    pods: [{ name: "bench/pod", interface: "pod0", addresses: [POD], sources: [] }],
    destinations: [
      { address: NODE, flags: ["node", "own"] },
      { address: OTHER_NODE, flags: ["node"] },
      ...numbers.map((service) => ({ address: clusterIp(service), flags: ["cluster-ip" as const] })),
      ...numbers.map((service) => ({ address: balancerIp(service), flags: ["external" as const] })),
    ],
    endpoints: numbers.flatMap((service) =>
      Array.from({ length: backends }, (_, at) => ({
        ...{ id: service * backends + at, servicePort: service, address: `10.0.2.${at + 1}`, port: 8080 },
        ...{ flags: [], node: OTHER_NODE },
      })),
    ),
    sets: numbers.map((service) => ({
      id: service + 1,
      endpoints: Array.from({ length: backends }, (_, at) => service * backends + at),
    })),
    ports: numbers.map((service) => ({
      ...{
        id: service,
        sets: [service + 1, service + 1, service + 1],
        flags: [],
        affinity: 0,
        name: service,
      },
      empty: ["refuse", "refuse", "refuse"],
    })),
    frontends: numbers.flatMap((service) => [
      {
        ...{ address: clusterIp(service), port: 80, protocol: "TCP" as const, servicePort: service },
        kind: "cluster-ip" as const,
      },
      {
        ...{ address: balancerIp(service), port: 80, protocol: "TCP" as const, servicePort: service },
        kind: "load-balancer" as const,
      },
    ]),
    sourceRanges: [],
  };
}
