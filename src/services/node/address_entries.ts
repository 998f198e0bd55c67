/** The entries of addresses: who is asked for at each address and port, and whose the address is at all. */
import type { Placement } from "../backends/placement.js";
import { familyPortKey } from "../family_port.js";
import type { Claim } from "../frontends/claim.js";
import { Frontends } from "../frontends/frontends.js";
import type { Claimed } from "./claimed.js";
import type { Destination, DestinationFlag, FrontendEntry } from "./services_state.js";
import { Table } from "./table.js";

export class AddressEntries {
  readonly frontends = new Table<string, FrontendEntry>();
  readonly destinations = new Table<string, Destination>();
  readonly claims: Frontends;
  /** How many frontends of load balancers and external ones are served at the address. */
  private readonly external = new Map<string, number>();
  private readonly touchedKeys = new Set<string>();
  private readonly touchedAddresses = new Set<string>();

  constructor(
    private placement: Placement,
    private readonly node: string,
  ) {
    this.claims = new Frontends(placement);
    this.touchNodes();
  }

  setPlacement(placement: Placement): void {
    this.touchNodes();
    this.placement = placement;
    this.touchNodes();
    this.touch(this.claims.setPlacement(placement));
  }

  add({ service, ports }: Claimed): void {
    if (ports.length === 0) return;
    this.clusterIps(service.clusterIps, this.claims.addClusterIps(service.clusterIps ?? []));
    for (const { claims } of ports) this.touch(claims.map((claim) => this.claims.add(claim)));
  }

  remove({ service, ports }: Claimed): void {
    if (ports.length === 0) return;
    this.clusterIps(service.clusterIps, this.claims.removeClusterIps(service.clusterIps ?? []));
    for (const { claims } of ports) this.touch(claims.map((claim) => this.claims.remove(claim)));
  }

  /** Brings the entries to what is claimed now. @param numberOf the number of a port by its key */
  settle(numberOf: (portKey: string) => number | undefined): void {
    for (const key of this.touchedKeys) this.settleFrontend(key, this.claims.ownerOf(key), numberOf);
    for (const address of this.touchedAddresses) this.settleDestination(address);
    this.touchedKeys.clear();
    this.touchedAddresses.clear();
  }

  private settleFrontend(
    key: string,
    owner: Claim | undefined,
    numberOf: (portKey: string) => number | undefined,
  ): void {
    const before = this.frontends.get(key);
    if (before) this.countExternal(before, -1);
    const servicePort = owner && numberOf(familyPortKey(owner.service, owner.servicePort, owner.family));
    if (!owner || servicePort === undefined) return this.frontends.remove(key);
    const { address, port, protocol, kind } = owner;
    const entry = { address, port, protocol, servicePort, kind };
    this.frontends.put(key, entry);
    this.countExternal(entry, 1);
  }

  private countExternal({ address, kind }: FrontendEntry, by: 1 | -1): void {
    if (kind !== "load-balancer" && kind !== "external-ip") return;
    this.external.set(address, (this.external.get(address) ?? 0) + by);
    this.touchedAddresses.add(address);
  }

  private settleDestination(address: string): void {
    const owner = this.placement.ownerOf(address);
    const flags: DestinationFlag[] = [];
    if (this.claims.hasClusterIp(address)) flags.push("cluster-ip");
    if ((this.external.get(address) ?? 0) > 0) flags.push("external");
    else this.external.delete(address);
    if (owner !== undefined) flags.push("node");
    if (owner === this.node) flags.push("own");
    if (flags.length === 0) this.destinations.remove(address);
    else this.destinations.put(address, { address, flags });
  }

  private clusterIps(ips: readonly string[] = [], keys: readonly string[]): void {
    for (const ip of ips) this.touchedAddresses.add(ip);
    this.touch(keys);
  }

  private touch(keys: readonly string[]): void {
    for (const key of keys) this.touchedKeys.add(key);
  }

  private touchNodes(): void {
    for (const { ips } of this.placement.all()) for (const ip of ips) this.touchedAddresses.add(ip);
  }
}
