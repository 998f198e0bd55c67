/**
 * What happens to a new connection: the reference that the tables, the programs and the lab are tested against. It is
 * written to be read, looks at everything each time, and is never optimised.
 *
 *  1. Loopback is nobody's address but the client's own: no service.
 *  2. An address is a cluster IP, an external one (of a load balancer with ipMode VIP, or of `externalIPs` if the settings
 *     serve those), or a node's; else it is no service's, and the packet is routed on as if there were no services.
 *     `externalIPs` and load balancers cannot take a cluster IP, and `externalIPs` neither a node's or pods' address.
 *  3. Who is asked is told by address, port and protocol: first by the address's own frontends, then, if it is a node's, by
 *     the node ports, on every node alike. Of several Services that want one, a cluster IP goes before a node port, that
 *     before a load balancer's address, that before `externalIPs`; then the first by namespace and name.
 *  4. Nobody: at a cluster IP the client is refused, ping included; at another address the packet is routed on.
 *  5. The client must be of the source ranges: at a load balancer's address, and at node ports if the settings say so.
 *     Else it gets no answer.
 *  6. The endpoints that a client may get are those of `portSets`: the cluster IP's, those for outside, those for inside.
 *     Pods and nodes are inside wherever they ask, but for a node port of another node with externalTrafficPolicy Local:
 *     their packets go there as they are, and come from outside.
 *  7. If that is none, the client is refused, or gets no answer if only a traffic policy leaves none.
 *  8. One of them gets the connection; with ClientIP the one of the client's last connection within the time-out.
 *  9. It sees the client as it is, but for
 *     a. a pod that gets itself: it sees the hairpin address, which is no host's;
 *     b. a client outside whose endpoint is elsewhere, if the mode is SNAT or the endpoint is on no node: it sees the node.
 */
import { contains, isLoopback, parseAddress, parseBlock } from "../ir/address.js";
import type { Address } from "../ir/address.js";
import type { Inventory } from "../ir/inventory.js";
import type { Protocol } from "../ir/policy.js";
import type { Service } from "../ir/service.js";
import type { Backend } from "./backends/backend.js";
import { backendsOf } from "./backends/from_slices.js";
import { slicesFromPods } from "./backends/from_pods.js";
import { Placement } from "./backends/placement.js";
import type { FamilyPort } from "./family_port.js";
import { claimOrder } from "./frontends/claim.js";
import type { Claim, FrontendKind } from "./frontends/claim.js";
import { claimsOf } from "./frontends/claims_of.js";
import { familiesOf, isServed, isUsed } from "./frontends/families.js";
import { portSets } from "./node/port_sets.js";
import { DEFAULT_SERVICE_SETTINGS } from "./settings.js";
import type { Dispatch, ServiceSettings } from "./settings.js";

export interface Client {
  /** A pod, a process on the host network of a node, or a host outside the cluster. */
  readonly kind: "pod" | "node" | "outside";
  readonly address: string;
}

export interface Connection {
  readonly from: Client;
  /** The node where it meets the cluster: the client's own, or the one that the client's packets are routed to. */
  readonly at: string;
  readonly address: string;
  readonly port: number;
  readonly protocol: Protocol | "ICMP";
}

export type Outcome =
  | { readonly kind: "connected"; readonly to: Connected }
  | { readonly kind: "refused"; readonly by: "icmp" | "rst" }
  /** Dropped. */
  | { readonly kind: "silent"; readonly why: "traffic policy" | "source ranges" | "refusal" }
  /** Services have no part in it: the packet is routed as it is. */
  | { readonly kind: "passed" };

export interface Connected {
  readonly service: Service;
  readonly frontend: FrontendKind;
  readonly port: number;
  /** Seconds that a client keeps its endpoint; 0: each connection gets any. */
  readonly affinity: number;
  readonly choices: readonly Choice[];
}

export interface Choice {
  readonly backend: Backend;
  readonly sourceSeen: "client" | "node" | "hairpin";
  /** How the packets get to another node; `none`: the endpoint's node is this one, or packets are routed to it. */
  readonly dispatch: Dispatch | "none";
}

export function resolve(
  inventory: Inventory,
  connection: Connection,
  given: Partial<ServiceSettings> = {},
): Outcome {
  const settings = { ...DEFAULT_SERVICE_SETTINGS, ...given };
  const address = parseAddress(connection.address);
  if (!address || isLoopback(address)) return { kind: "passed" }; // 1
  const cluster = new Cluster(inventory, settings);
  const claim = cluster.asked(connection, address); // 2, 3
  if (!claim)
    return cluster.isClusterIp(connection.address) ? refused(connection, settings) : { kind: "passed" }; // 4
  if (!isAllowed(claim, connection.from, settings)) return { kind: "silent", why: "source ranges" }; // 5
  const owner = cluster.otherNode(claim, connection);
  if (owner !== undefined)
    return resolve(
      inventory,
      { ...connection, from: { ...connection.from, kind: "outside" }, at: owner },
      given,
    );
  const { sets, empty } = cluster.sets(claim, connection.at);
  const whom = claim.kind === "cluster-ip" ? 0 : connection.from.kind === "outside" ? 1 : 2; // 6
  if (sets[whom].length === 0)
    return empty[whom] === "drop" ? { kind: "silent", why: "traffic policy" } : refused(connection, settings); // 7
  const choices = sets[whom].map((backend) => choice(backend, connection, settings));
  const { service, kind, servicePort } = claim;
  const affinity = service.affinitySeconds ?? 0; // 8
  return { kind: "connected", to: { service, frontend: kind, port: servicePort.port, affinity, choices } };
}

function refused({ protocol }: Connection, { refusal }: ServiceSettings): Outcome {
  if (refusal === "drop") return { kind: "silent", why: "refusal" };
  return { kind: "refused", by: refusal === "rst" && protocol === "TCP" ? "rst" : "icmp" };
}

function isAllowed({ kind, service }: Claim, { address }: Client, settings: ServiceSettings): boolean {
  const ranges = service.sourceRanges ?? [];
  const isAsked = kind === "load-balancer" || (kind === "node-port" && settings.sourceRangesOnNodePorts);
  if (ranges.length === 0 || !isAsked) return true;
  const client = parseAddress(address)!;
  return ranges.some(({ block }) => contains(parseBlock(block)!, client));
}

/** 9 */
function choice(backend: Backend, { from, at, protocol }: Connection, settings: ServiceSettings): Choice {
  if (from.kind === "pod" && backend.address === from.address)
    return { backend, sourceSeen: "hairpin", dispatch: "none" };
  if (from.kind !== "outside" || backend.node === at)
    return { backend, sourceSeen: "client", dispatch: "none" };
  const mode = protocol === "UDP" ? settings.dispatchUdp : settings.dispatchTcp;
  const dispatch = backend.node === undefined ? "snat" : mode;
  return { backend, sourceSeen: dispatch === "snat" ? "node" : "client", dispatch };
}

class Cluster {
  private readonly placement: Placement;
  private readonly slices;
  private readonly services: readonly Service[];
  private readonly claims: readonly Claim[];
  private readonly clusterIps: ReadonlySet<string>;

  constructor(inventory: Inventory, settings: ServiceSettings) {
    this.placement = new Placement(inventory.nodes);
    this.slices = [...(inventory.slices ?? []), ...slicesFromPods(inventory).slices];
    this.services = inventory.services.filter(isServed);
    this.claims = this.services.flatMap((service) =>
      claimsOf(service, familiesOf(service, this.slicesOf(service)), settings, () => undefined),
    );
    this.clusterIps = new Set(
      this.claims.flatMap(({ kind, address }) => (kind === "cluster-ip" ? [address] : [])),
    );
  }

  isClusterIp(ip: string): boolean {
    return this.clusterIps.has(ip);
  }

  asked({ address: ip, port, protocol }: Connection, address: Address): Claim | undefined {
    const matching = this.claims
      .filter((claim) => claim.port === port && claim.protocol === protocol && !this.isTaken(claim))
      .sort(claimOrder);
    const own = matching.find((claim) => claim.kind !== "node-port" && claim.address === ip);
    if (own || this.placement.ownerOf(ip) === undefined) return own;
    return matching.find(({ kind, family }) => kind === "node-port" && family === address.family);
  }

  /** 6: the node that the packets of a client inside go to as they are; undefined: none. */
  otherNode({ kind, service }: Claim, { from, at, address }: Connection): string | undefined {
    if (kind !== "node-port" || !service.localTraffic || from.kind === "outside") return undefined;
    const owner = this.placement.ownerOf(address);
    return owner === at ? undefined : owner;
  }

  private isTaken({ kind, address: ip }: Claim): boolean {
    if (kind !== "load-balancer" && kind !== "external-ip") return false;
    if (this.clusterIps.has(ip)) return true;
    const isNodes = this.placement.ownerOf(ip) ?? this.placement.nodeOfPods(ip);
    return kind === "external-ip" && isNodes !== undefined;
  }

  sets({ service, servicePort, family }: Claim, node: string): ReturnType<typeof portSets> {
    const backends = backendsOf(servicePort, family, this.slicesOf(service), this.placement);
    const port: Pick<FamilyPort, "service" | "backends"> = { service, backends };
    return portSets(port, { node, zone: this.placement.get(node)?.zone });
  }

  private slicesOf({ namespace, name }: Service) {
    return this.slices.filter(
      (slice) => slice.namespace === namespace && slice.service === name && isUsed(slice),
    );
  }
}
