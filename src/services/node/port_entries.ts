/** The entries of the ports of Services: endpoints, sets, ports and source ranges, each with a number that lasts. */
import type { Backend } from "../backends/backend.js";
import { isServing } from "../backends/backend.js";
import type { Placement } from "../backends/placement.js";
import type { Place } from "../backends/usable.js";
import type { FamilyPort } from "../family_port.js";
import type { ServiceSettings } from "../settings.js";
import { Numbers } from "./numbers.js";
import { portSets } from "./port_sets.js";
import type { EndpointEntry, EndpointSet, PortEntry, SourceRangeEntry } from "./services_state.js";
import { Table } from "./table.js";

/** What one port has: numbers by what they stand for. */
interface Held {
  readonly number: number;
  /** By address and port. */
  readonly endpoints: ReadonlyMap<string, number>;
  /** By the numbers of their members. */
  readonly sets: ReadonlyMap<string, number>;
  readonly ranges: readonly string[];
}

export class PortEntries {
  readonly ports = new Table<number, PortEntry>();
  readonly endpoints = new Table<number, EndpointEntry>();
  readonly sets = new Table<number, EndpointSet>();
  /** By port and block. */
  readonly ranges = new Table<string, SourceRangeEntry>();
  private readonly portNumbers = new Numbers();
  private readonly endpointNumbers = new Numbers();
  private readonly setNumbers = new Numbers();
  private readonly held = new Map<string, Held>();
  private members = 0;
  private rows = 0;

  constructor(private readonly settings: Pick<ServiceSettings, "sourceRangesOnNodePorts">) {}

  needs() {
    return {
      ports: this.portNumbers.end,
      sets: this.setNumbers.end,
      members: this.members,
      endpoints: this.endpointNumbers.end,
      rows: this.rows,
    };
  }

  numberOf(portKey: string): number | undefined {
    return this.held.get(portKey)?.number;
  }

  /** @param name number of its Service */
  put(port: FamilyPort, name: number, place: Place, placement: Placement, generation: number): void {
    const before = this.held.get(port.key);
    const id = before?.number ?? this.portNumbers.take(generation);
    const endpoints = new Map<string, number>();
    const numbers = new Map<Backend, number>();
    for (const backend of port.backends.filter(isServing)) {
      const key = `${backend.address} ${backend.port}`;
      const number = before?.endpoints.get(key) ?? this.endpointNumbers.take(generation);
      endpoints.set(key, number);
      numbers.set(backend, number);
      this.endpoints.put(number, endpointEntry(number, id, backend, place, placement));
    }
    const { sets, empty } = portSets(port, place);
    const held = new Map<string, number>();
    const setNumbers = sets.map((members) => {
      if (members.length === 0) return 0;
      const ids = members.map((each) => numbers.get(each)!);
      const key = ids.join(",");
      const number = held.get(key) ?? before?.sets.get(key) ?? this.newSet(ids, generation);
      held.set(key, number);
      return number;
    }) as [number, number, number];
    const affinity = port.service.affinitySeconds ?? 0;
    this.ports.put(id, { id, sets: setNumbers, empty, flags: this.flagsOf(port), affinity, name });
    const ranges = port.sourceRanges ?? [];
    for (const block of ranges) this.ranges.put(`${id} ${block}`, { servicePort: id, block });
    const after = { number: id, endpoints, sets: held, ranges };
    this.held.set(port.key, after);
    if (before) this.release(before, after, generation);
  }

  remove(portKey: string, generation: number): void {
    const before = this.held.get(portKey);
    if (!before) return;
    this.held.delete(portKey);
    this.ports.remove(before.number);
    this.portNumbers.giveBack(before.number, generation);
    this.release(before, { ...before, endpoints: new Map(), sets: new Map(), ranges: [] }, generation);
  }

  private newSet(endpoints: readonly number[], generation: number): number {
    const id = this.setNumbers.take(generation);
    this.sets.put(id, { id, endpoints });
    this.count(endpoints.length, 1);
    return id;
  }

  private release(before: Held, after: Held, generation: number): void {
    for (const [key, number] of before.endpoints)
      if (!after.endpoints.has(key)) {
        this.endpoints.remove(number);
        this.endpointNumbers.giveBack(number, generation);
      }
    for (const [key, number] of before.sets)
      if (!after.sets.has(key)) {
        this.count(this.sets.get(number)!.endpoints.length, -1);
        this.sets.remove(number);
        this.setNumbers.giveBack(number, generation);
      }
    for (const block of before.ranges)
      if (!after.ranges.includes(block)) this.ranges.remove(`${before.number} ${block}`);
  }

  private count(members: number, sign: 1 | -1): void {
    this.members += sign * members;
    if (members > 1) this.rows += sign;
  }

  private flagsOf({ service, sourceRanges }: FamilyPort): PortEntry["flags"] {
    const onNodePorts = sourceRanges !== undefined && this.settings.sourceRangesOnNodePorts;
    return [
      ...(sourceRanges === undefined ? [] : (["source-ranges"] as const)),
      ...(onNodePorts ? (["source-ranges-node-port"] as const) : []),
      ...(service.localTraffic ? (["node-port-local"] as const) : []),
    ];
  }
}

function endpointEntry(
  id: number,
  servicePort: number,
  { address, port, family, node }: Backend,
  place: Place,
  placement: Placement,
): EndpointEntry {
  const isOnHost = placement.ownerOf(address) !== undefined;
  const flags = FLAGS[`${node !== undefined && node === place.node}`][`${isOnHost}`];
  const nodeAddress = node === undefined ? undefined : placement.addressOf(node, family);
  if (nodeAddress === undefined) return { id, servicePort, address, port, flags };
  return { id, servicePort, address, port, flags, node: nodeAddress };
}

/** By whether an endpoint is local, then by whether it is on a node's own address. */
const FLAGS = {
  true: { true: ["local", "on-host"], false: ["local"] },
  false: { true: ["on-host"], false: [] },
} as const satisfies Record<string, Record<string, EndpointEntry["flags"]>>;
