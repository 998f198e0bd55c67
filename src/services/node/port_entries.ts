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

/** The keys of what one port has. */
interface Held {
  readonly endpoints: ReadonlySet<string>;
  readonly sets: ReadonlySet<string>;
  readonly ranges: ReadonlySet<string>;
}

const NOTHING: Held = { endpoints: new Set(), sets: new Set(), ranges: new Set() };

export class PortEntries {
  /** By number; of source ranges, by port and block. */
  readonly ports = new Table<PortEntry>();
  readonly endpoints = new Table<EndpointEntry>();
  readonly sets = new Table<EndpointSet>();
  readonly ranges = new Table<SourceRangeEntry>();
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
    return this.portNumbers.get(portKey);
  }

  /** @param name number of its Service */
  put(port: FamilyPort, name: number, place: Place, placement: Placement, generation: number): void {
    const id = this.portNumbers.take(port.key, generation);
    const before = this.held.get(port.key) ?? NOTHING;
    const numbers = new Map<Backend, number>();
    const endpoints = new Set<string>();
    for (const backend of port.backends.filter(isServing)) {
      const key = `${port.key} ${backend.address} ${backend.port}`;
      endpoints.add(key);
      const number = this.endpointNumbers.take(key, generation);
      numbers.set(backend, number);
      this.endpoints.put(`${number}`, endpointEntry(number, id, backend, place, placement));
    }
    const { sets, empty } = portSets(port, place);
    const setKeys = new Set<string>();
    const setNumbers = sets.map((members) => {
      if (members.length === 0) return 0;
      const ids = members.map((each) => numbers.get(each)!);
      const key = `${port.key} ${ids.join(",")}`;
      setKeys.add(key);
      return this.putSet(key, ids, generation);
    }) as [number, number, number];
    const affinity = port.service.affinitySeconds ?? 0;
    this.ports.put(`${id}`, { id, sets: setNumbers, empty, flags: this.flagsOf(port), affinity, name });
    const ranges = new Set((port.sourceRanges ?? []).map((block) => `${id} ${block}`));
    for (const block of port.sourceRanges ?? [])
      this.ranges.put(`${id} ${block}`, { servicePort: id, block });
    const after = { endpoints, sets: setKeys, ranges };
    this.held.set(port.key, after);
    this.release(before, after, generation);
  }

  remove(portKey: string, generation: number): void {
    const before = this.held.get(portKey);
    const id = this.portNumbers.get(portKey);
    if (!before || id === undefined) return;
    this.held.delete(portKey);
    this.ports.remove(`${id}`);
    this.portNumbers.giveBack(portKey, generation);
    this.release(before, NOTHING, generation);
  }

  private putSet(key: string, endpoints: readonly number[], generation: number): number {
    const known = this.setNumbers.get(key);
    if (known !== undefined) return known;
    const id = this.setNumbers.take(key, generation);
    this.sets.put(`${id}`, { id, endpoints });
    this.count(endpoints.length, 1);
    return id;
  }

  private release(before: Held, after: Held, generation: number): void {
    for (const key of before.endpoints)
      if (!after.endpoints.has(key)) {
        this.endpoints.remove(`${this.endpointNumbers.get(key)}`);
        this.endpointNumbers.giveBack(key, generation);
      }
    for (const key of before.sets)
      if (!after.sets.has(key)) {
        const id = this.setNumbers.get(key);
        this.count(this.sets.get(`${id}`)!.endpoints.length, -1);
        this.sets.remove(`${id}`);
        this.setNumbers.giveBack(key, generation);
      }
    for (const key of before.ranges) if (!after.ranges.has(key)) this.ranges.remove(key);
  }

  private count(members: number, sign: 1 | -1): void {
    this.members += sign * members;
    if (members > 1) this.rows += sign;
  }

  private flagsOf({ sourceRanges }: FamilyPort): PortEntry["flags"] {
    if (sourceRanges === undefined) return [];
    return this.settings.sourceRangesOnNodePorts
      ? ["source-ranges", "source-ranges-node-port"]
      : ["source-ranges"];
  }
}

function endpointEntry(
  id: number,
  servicePort: number,
  { address, port, family, node }: Backend,
  place: Place,
  placement: Placement,
): EndpointEntry {
  const isLocal = node !== undefined && node === place.node;
  const isOnHost = placement.ownerOf(address) !== undefined;
  const nodeAddress = node === undefined ? undefined : placement.addressOf(node, family);
  return {
    ...{ id, servicePort, address, port },
    flags: [...(isLocal ? (["local"] as const) : []), ...(isOnHost ? (["on-host"] as const) : [])],
    ...(nodeAddress !== undefined && { node: nodeAddress }),
  };
}
