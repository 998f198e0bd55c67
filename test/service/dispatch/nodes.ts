/** A service with its backends on node 2, as node 1 and node 2 have it. */
import type { Config } from "../dataplane/node.js";
import { Node } from "../dataplane/node.js";
import type { Service } from "../dataplane/tables.js";
import { tablesOf } from "../dataplane/tables.js";
import type { Mode } from "./carried.js";
import type { Network } from "./network.js";
import { NODE1, NODE2 } from "./network.js";

export type Family = 4 | 6;
export const FAMILIES = [4, 6] as const;
export const MODES = ["opt", "ipip", "geneve", "snat"] as const;

export const CLIENT = { 4: "203.0.113.7:40000", 6: "[2001:db8::7]:40000" } as const;
/** A load balancer's address; the pod listens on another port. */
export const VIP = { 4: "198.51.100.1:80", 6: "[2001:db8:1::1]:80" } as const;
export const POD = { 4: "10.0.2.5:8080", 6: "[fd00:10:2::5]:8080" } as const;

export const hostOf = (end: string) => end.slice(0, end.lastIndexOf(":")).replace(/[[\]]/g, "");

const services = (family: Family, here: boolean): Service[] =>
  (["TCP", "UDP", "SCTP"] as const).map((protocol) => ({
    address: hostOf(VIP[family]),
    port: 80,
    protocol,
    kind: "load-balancer",
    endpoints: [`${POD[family]}${here ? " local" : ""} at ${NODE2[family]}`],
  }));

const whole = (family: Family, mode: Mode, here: boolean, config: Partial<Config>) => {
  const whose = (node: 1 | 2) => ((node === 2) === here ? ("own" as const) : ("other" as const));
  const own = here ? NODE2 : NODE1;
  return [
    tablesOf(services(family, here), { [NODE1[family]]: whose(1), [NODE2[family]]: whose(2) }),
    { dispatchTcp: mode, dispatchUdp: mode, node4: own[4], node6: own[6], ...config },
  ] as const;
};

const open = (network: Network, family: Family, mode: Mode, here: boolean, config: Partial<Config>) =>
  Node.open(...whole(family, mode, here, config), network.name);

/** Path of the state of who gets the client's packets, by real programs on the link of its network. */
export const ingressState = (family: Family, mode: Mode, hook: "tc" | "xdp"): string => {
  const [tables, config] = whole(family, mode, false, {});
  return Node.state({ ...tables, links: [{ name: "uplink", hook }] }, config);
};

/** Who gets the client's packets. */
export const openIngress = (network: Network, family: Family, mode: Mode, config: Partial<Config> = {}) =>
  open(network, family, mode, false, config);

/** Where the pod is. Its own mode does not matter for what it receives. */
export const openBackend = (network: Network, family: Family, config: Partial<Config> = {}) =>
  open(network, family, "snat", true, config);
