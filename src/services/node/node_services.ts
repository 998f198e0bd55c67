/**
 * Everything that a node's services follow from, kept so that a change costs what it concerns: a changed EndpointSlice the
 * endpoints of its own Service. It makes the whole state once, and for every batch of changes a delta, or a whole state
 * again if the tables have to grow.
 */
import type { EndpointSlice, Node, Service } from "../../ir/service.js";
import { Placement } from "../backends/placement.js";
import type { Problem } from "../problems.js";
import { strayProblem } from "../backends/stray_slice.js";
import { servedService } from "../served_service.js";
import { serviceKey } from "../service_name.js";
import { DEFAULT_SERVICE_SETTINGS } from "../settings.js";
import type { ServiceSettings } from "../settings.js";
import type { HealthCheck } from "../health.js";
import { AddressEntries } from "./address_entries.js";
import type { ServiceChange } from "./changes.js";
import { claimedOf } from "./claimed.js";
import type { Claimed } from "./claimed.js";
import { Numbers } from "./numbers.js";
import { PortEntries } from "./port_entries.js";
import { chooseCapacity, fits } from "./sizes.js";
import { SERVICES_VERSION } from "./services_state.js";
import type {
  Capacity,
  ServiceLink,
  ServiceObjects,
  ServicePod,
  ServicesConfig,
  ServicesDelta,
  ServicesState,
  WholeServices,
} from "./services_state.js";
import { Table } from "./table.js";
import type { Changes } from "./table.js";

/** Of links to other nodes, unless a node says something else. */
export const DEFAULT_MTU = 1500;

export interface ServiceNode {
  readonly name: string;
  /** The links by which packets come from other nodes and from outside. */
  readonly links: readonly ServiceLink[];
  readonly pods: readonly ServicePod[];
  readonly cgroup?: string;
  /** Of the links. Default: `DEFAULT_MTU`. */
  readonly mtu?: number;
}

export interface NodeServicesOptions {
  readonly objects: ServiceObjects;
  /** The generation that the first state becomes. */
  readonly generation: number;
  readonly settings?: Partial<ServiceSettings>;
}

/** The cluster at first. */
export interface ServiceCluster {
  readonly services: readonly Service[];
  readonly slices?: readonly EndpointSlice[];
  readonly nodes: readonly Node[];
}

export class NodeServices {
  private readonly settings: ServiceSettings;
  private readonly services = new Map<string, Service>();
  private readonly slices = new Map<string, Map<string, EndpointSlice>>();
  /** The Service of each slice, by the slice's own name. */
  private readonly ownerOfSlice = new Map<string, string>();
  private readonly served = new Map<string, Claimed>();
  private readonly serviceOf = new Map<number, string>();
  private readonly names = new Numbers();
  private readonly pods = new Table<string, ServicePod>();
  private readonly ports: PortEntries;
  private readonly addresses: AddressEntries;
  private placement: Placement;
  private generation: number;
  private capacity: Capacity | undefined;

  constructor(
    private readonly options: NodeServicesOptions,
    private readonly node: ServiceNode,
    first: ServiceCluster,
  ) {
    this.settings = { ...DEFAULT_SERVICE_SETTINGS, ...options.settings };
    this.generation = options.generation;
    this.placement = new Placement(first.nodes);
    this.ports = new PortEntries(this.settings);
    this.addresses = new AddressEntries(this.placement, node.name);
    for (const pod of node.pods) this.pods.put(pod.interface, pod);
    for (const service of first.services) this.services.set(serviceKey(service), service);
    for (const slice of first.slices ?? []) this.putSlice(slice);
    this.settle(this.services.keys(), this.generation);
  }

  /** Everything, as the generation that the last change became, or as this one. */
  whole(generation = this.generation): WholeServices {
    this.generation = generation;
    const needs = this.needs();
    if (!this.capacity || !fits(needs, this.capacity)) this.capacity = chooseCapacity(needs);
    for (const table of this.tables()) table.takeChanges();
    const { node, ports, addresses } = this;
    return {
      ...{ kind: "services", version: SERVICES_VERSION, generation, whole: true },
      objects: this.options.objects,
      config: this.config(),
      ...{ capacity: this.capacity, links: node.links, pods: this.pods.values() },
      ...(node.cgroup !== undefined && { cgroup: node.cgroup }),
      destinations: addresses.destinations.values(),
      endpoints: ports.endpoints.values(),
      sets: ports.sets.values(),
      ports: ports.ports.values(),
      frontends: addresses.frontends.values(),
      sourceRanges: ports.ranges.values(),
    };
  }

  /** What the changes make of the node, as the next generation; undefined if that is nothing. */
  update(changes: readonly ServiceChange[]): ServicesState | undefined {
    const next = this.generation + 1;
    const concerned = new Set<string>();
    for (const change of changes) for (const key of this.take(change)) concerned.add(key);
    this.settle(concerned, next);
    if (this.capacity && !fits(this.needs(), this.capacity)) return this.whole(next);
    const delta = this.delta(next);
    if (delta) this.generation = next;
    return delta;
  }

  /** What each Service is called, by its number. */
  nameOf(number: number): string | undefined {
    return this.serviceOf.get(number);
  }

  /** What is wrong in the whole cluster. */
  problems(): readonly Problem[] {
    return [
      ...[...this.served.values()].flatMap(({ problems }) => problems),
      ...this.addresses.claims.problems(),
      ...[...this.slices].flatMap(([owner, slices]) =>
        this.services.has(owner) ? [] : [...slices.values()].map(strayProblem),
      ),
    ];
  }

  healthChecks(): readonly HealthCheck[] {
    return [...this.served.values()].flatMap(({ health }) => health ?? []);
  }

  /** Takes a change in. @returns the Services that it concerns */
  private take(change: ServiceChange): Iterable<string> {
    switch (change.kind) {
      case "service":
        this.services.set(serviceKey(change.service), change.service);
        return [serviceKey(change.service)];
      case "service-gone":
        this.services.delete(serviceKey(change));
        return [serviceKey(change)];
      case "slice":
        return this.putSlice(change.slice);
      case "slice-gone":
        return this.removeSlice(change.namespace, change.name);
      case "nodes":
        this.placement = new Placement(change.nodes);
        this.addresses.setPlacement(this.placement);
        return this.services.keys();
      case "pod":
        this.pods.put(change.pod.interface, change.pod);
        return [];
      case "pod-gone":
        this.pods.remove(change.interface);
        return [];
    }
  }

  /** A slice may have belonged to another Service before. */
  private putSlice(slice: EndpointSlice): string[] {
    const left = this.removeSlice(slice.namespace, slice.name);
    const owner = ownerKey(slice);
    const slices = this.slices.get(owner) ?? new Map<string, EndpointSlice>();
    slices.set(slice.name, slice);
    this.slices.set(owner, slices);
    this.ownerOfSlice.set(serviceKey(slice), owner);
    return [...left, owner];
  }

  private removeSlice(namespace: string, name: string): string[] {
    const key = serviceKey({ namespace, name });
    const owner = this.ownerOfSlice.get(key);
    if (owner === undefined) return [];
    this.ownerOfSlice.delete(key);
    const slices = this.slices.get(owner);
    slices?.delete(name);
    if (slices?.size === 0) this.slices.delete(owner);
    return [owner];
  }

  private settle(keys: Iterable<string>, generation: number): void {
    for (const key of keys) this.refresh(key, generation);
    this.addresses.settle((portKey) => this.ports.numberOf(portKey));
  }

  private refresh(key: string, generation: number): void {
    const service = this.services.get(key);
    const before = this.served.get(key);
    const slices = [...(this.slices.get(key)?.values() ?? [])];
    const made = service && servedService(service, slices, this.placement, this.settings);
    const after = made && claimedOf(made, this.node.name, before?.name ?? this.names.take(generation));
    if (before) this.addresses.remove(before);
    if (after) this.addresses.add(after);
    const place = { node: this.node.name, zone: this.placement.get(this.node.name)?.zone };
    const kept = new Set(made?.ports.map((port) => port.key));
    for (const port of made?.ports ?? [])
      this.ports.put(port, after!.name, place, this.placement, generation);
    for (const port of before?.ports ?? []) if (!kept.has(port.key)) this.ports.remove(port.key, generation);
    if (after) {
      this.served.set(key, after);
      this.serviceOf.set(after.name, key);
    } else if (before) {
      this.served.delete(key);
      this.serviceOf.delete(before.name);
      this.names.giveBack(before.name, generation);
    }
  }

  private delta(generation: number): ServicesDelta | undefined {
    const { ports, addresses } = this;
    const of = <V, K>(table: { takeChanges(): Changes<V> }, keyOf: (value: V) => K) => {
      const { put, removed } = table.takeChanges();
      return { put, remove: removed.map(keyOf) };
    };
    const delta = {
      pods: of(this.pods, (pod) => pod.interface),
      destinations: of(addresses.destinations, ({ address }) => address),
      endpoints: of(ports.endpoints, ({ id }) => id),
      sets: of(ports.sets, ({ id }) => id),
      ports: of(ports.ports, ({ id }) => id),
      frontends: of(addresses.frontends, ({ address, port, protocol }) => ({ address, port, protocol })),
      sourceRanges: of(ports.ranges, (range) => range),
    };
    const isEmpty = Object.values(delta).every(({ put, remove }) => put.length + remove.length === 0);
    return isEmpty
      ? undefined
      : { kind: "services", version: SERVICES_VERSION, generation, whole: false, ...delta };
  }

  private needs(): Capacity {
    return {
      ...this.ports.needs(),
      frontends: this.addresses.frontends.size,
      destinations: this.addresses.destinations.size,
    };
  }

  private tables(): { takeChanges(): unknown }[] {
    const { ports, addresses } = this;
    const tables = [ports.ports, ports.endpoints, ports.sets, ports.ranges, addresses.frontends];
    return [...tables, addresses.destinations, this.pods];
  }

  private config(): ServicesConfig {
    const { externalIps: _, sourceRangesOnNodePorts: __, ...shared } = this.settings;
    const [node4, node6] = ([4, 6] as const).map((family) =>
      this.placement.addressOf(this.node.name, family),
    );
    return {
      ...shared,
      mtu: this.node.mtu ?? DEFAULT_MTU,
      ...(node4 !== undefined && { node4 }),
      ...(node6 !== undefined && { node6 }),
    };
  }
}

/** A slice without a Service's name has an owner that no Service has. */
function ownerKey({ namespace, service }: EndpointSlice): string {
  return service === undefined ? `${namespace}/` : serviceKey({ namespace, name: service });
}
