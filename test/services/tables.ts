/** What the loader and the programs make of states: tables that deltas are put into, and the look-ups of a new connection. */
import { contains, parseAddress, parseBlock } from "../../src/ir/address.js";
import type { Connection } from "../../src/services/resolve.js";
import type {
  Destination,
  EndpointEntry,
  EndpointSet,
  FrontendEntry,
  PortEntry,
  ServicesState,
  SourceRangeEntry,
} from "../../src/services/node/services_state.js";

export class LoadedTables {
  destinations = new Map<string, Destination>();
  endpoints = new Map<number, EndpointEntry>();
  sets = new Map<number, EndpointSet>();
  ports = new Map<number, PortEntry>();
  frontends = new Map<string, FrontendEntry>();
  ranges = new Map<string, SourceRangeEntry>();
  generation = 0;
  /** In which generation an id was taken away. */
  private readonly freed = new Map<string, number>();

  load(state: ServicesState): void {
    if (state.whole) {
      this.destinations = new Map(state.destinations.map((each) => [each.address, each]));
      this.endpoints = new Map(state.endpoints.map((each) => [each.id, each]));
      this.sets = new Map(state.sets.map((each) => [each.id, each]));
      this.ports = new Map(state.ports.map((each) => [each.id, each]));
      this.frontends = new Map(state.frontends.map((each) => [keyOf(each), each]));
      this.ranges = new Map(state.sourceRanges.map((each) => [rangeKey(each), each]));
      this.generation = state.generation;
      return;
    }
    if (state.generation !== this.generation + 1) throw new Error(`generation ${state.generation}`);
    this.generation = state.generation;
    change(
      this.destinations,
      state.destinations,
      (each) => each.address,
      (key) => key,
    );
    this.rested("endpoint", state.endpoints, this.endpoints);
    this.rested("set", state.sets, this.sets);
    this.rested("port", state.ports, this.ports);
    change(this.frontends, state.frontends, keyOf, keyOf);
    change(this.ranges, state.sourceRanges, rangeKey, rangeKey);
    this.check();
  }

  /** An id that comes back has been away for two generations, and a set or endpoint that lives is not put anew. */
  private rested<V extends { id: number }>(
    kind: string,
    { put, remove }: { put: readonly V[]; remove: readonly number[] },
    table: Map<number, V>,
  ): void {
    for (const { id } of put) {
      const freed = this.freed.get(`${kind} ${id}`);
      if (!table.has(id) && freed !== undefined && this.generation - freed < 2)
        throw new Error(`${kind} ${id} is used again too soon`);
      if (table.has(id) && kind === "set") throw new Error(`set ${id} lives`);
    }
    for (const id of remove) {
      if (!table.delete(id)) throw new Error(`${kind} ${id} is not there`);
      this.freed.set(`${kind} ${id}`, this.generation);
    }
    for (const value of put) table.set(value.id, value);
  }

  /** Nothing refers to what is not there. */
  private check(): void {
    for (const { servicePort } of [
      ...this.frontends.values(),
      ...this.endpoints.values(),
      ...this.ranges.values(),
    ])
      if (!this.ports.has(servicePort)) throw new Error(`port ${servicePort} is not there`);
    for (const { sets } of this.ports.values())
      for (const set of sets)
        if (set !== 0 && !this.sets.has(set)) throw new Error(`set ${set} is not there`);
    for (const { endpoints } of this.sets.values())
      for (const id of endpoints) if (!this.endpoints.has(id)) throw new Error(`endpoint ${id} is not there`);
  }

  /** As the programs look a new connection up: its endpoints, sorted, or what becomes of it. */
  lookUp({ address, port, protocol, from }: Connection): string {
    const flags = this.destinations.get(address)?.flags ?? [];
    const own = this.frontends.get(keyOf({ address, port, protocol }));
    const any = address.includes(":") ? "::" : "0.0.0.0";
    const ofNode = flags.includes("node")
      ? this.frontends.get(keyOf({ address: any, port, protocol }))
      : undefined;
    const isOurs = flags.includes("cluster-ip") || flags.includes("external");
    const frontend = (isOurs ? own : undefined) ?? ofNode;
    if (!frontend) return flags.includes("cluster-ip") ? "refused" : "passed";
    const entry = this.ports.get(frontend.servicePort)!;
    const flag = { "load-balancer": "source-ranges", "node-port": "source-ranges-node-port" } as const;
    const asked = flag[frontend.kind as "node-port"];
    if (asked && entry.flags.includes(asked) && !this.isInRanges(frontend.servicePort, from.address))
      return "silent";
    const isElsewhere = from.kind !== "outside" && frontend.kind === "node-port" && !flags.includes("own");
    if (isElsewhere && entry.flags.includes("node-port-local")) return "passed";
    const whom = frontend.kind === "cluster-ip" ? 0 : from.kind === "outside" ? 1 : 2;
    const set = entry.sets[whom];
    if (set === 0) return entry.empty[whom] === "drop" ? "silent" : "refused";
    const members = this.sets.get(set)!.endpoints.map((id) => this.endpoints.get(id)!);
    return members
      .map((each) => `${each.address} ${each.port}`)
      .sort()
      .join(", ");
  }

  private isInRanges(servicePort: number, client: string): boolean {
    const address = parseAddress(client)!;
    return [...this.ranges.values()].some(
      (range) => range.servicePort === servicePort && contains(parseBlock(range.block)!, address),
    );
  }

  /** Everything but ids, as sorted text: two ways to the same cluster lead to the same. */
  meaning(): unknown {
    const portName = new Map(
      [...this.frontends.values()]
        .map((each) => [each.servicePort, `${keyOf(each)} ${each.kind}`] as const)
        .sort(),
    );
    const endpoint = (id: number) => {
      const { address, port, flags, node } = this.endpoints.get(id)!;
      return `${address} ${port} ${flags.join("+")} ${node}`;
    };
    const set = (id: number) => (id === 0 ? [] : this.sets.get(id)!.endpoints.map(endpoint));
    return {
      destinations: [...this.destinations.values()].map((each) => JSON.stringify(each)).sort(),
      frontends: [...this.frontends.values()]
        .map((each) => {
          const { sets, empty, flags, affinity } = this.ports.get(each.servicePort)!;
          return JSON.stringify([keyOf(each), each.kind, sets.map(set), empty, flags, affinity]);
        })
        .sort(),
      endpoints: [...this.endpoints.values()]
        .filter(({ servicePort }) => portName.has(servicePort))
        .map(({ id, servicePort }) => `${portName.get(servicePort)} ${endpoint(id)}`)
        .sort(),
      ports: this.ports.size,
      sets: this.sets.size,
      ranges: [...this.ranges.values()].map(({ block }) => block).sort(),
    };
  }
}

function keyOf({ address, port, protocol }: { address: string; port: number; protocol: string }): string {
  return `${address} ${port} ${protocol}`;
}

function rangeKey({ servicePort, block }: SourceRangeEntry): string {
  return `${servicePort} ${block}`;
}

function change<V, K>(
  table: Map<string, V>,
  { put, remove }: { put: readonly V[]; remove: readonly K[] },
  keyOfValue: (value: V) => string,
  keyOfRemoved: (key: K) => string,
): void {
  for (const value of put) table.set(keyOfValue(value), value);
  for (const key of remove)
    if (!table.delete(keyOfRemoved(key))) throw new Error(`${keyOfRemoved(key)} is not there`);
}
