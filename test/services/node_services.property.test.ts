import fc from "fast-check";
import { expect, test } from "vitest";
import type { EndpointSlice, Node, Service, SliceEndpoint } from "../../src/ir/service.js";
import { NO_SPAN } from "../../src/source/span.js";
import type { ServiceChange } from "../../src/services/node/changes.js";
import { NodeServices } from "../../src/services/node/node_services.js";
import { resolve } from "../../src/services/resolve.js";
import type { Connection } from "../../src/services/resolve.js";
import { nodeNamed, OPTIONS } from "./cluster_of.js";
import { LoadedTables } from "./tables.js";

const span = NO_SPAN;
const SETTINGS = { externalIps: true };

/** Few names and addresses, so that Services want the same ones. */
const NAMES = ["a", "b", "c"];
const CLUSTER_IPS = ["10.96.0.1", "10.96.0.2", "fd00:96::1"];
const EXTERNAL = ["203.0.113.1", "203.0.113.2", "10.96.0.1", "192.0.2.1", "10.244.1.3", "2001:db8:f::1"];
const ENDPOINTS = [
  "10.244.1.3",
  "10.244.2.3",
  "10.244.3.3",
  "192.0.2.2",
  "198.51.100.77",
  "fd00:1::3",
  "fd00:2::3",
];
const PORTS = [80, 443];
const NODE_PORTS = [30080, 30443];

const some = <T>(items: readonly T[]) => fc.subarray([...items], { maxLength: 2 });
const maybe = <K extends string, T>(key: K, value: fc.Arbitrary<T>) =>
  fc
    .option(value, { nil: undefined })
    .map((v) => (v === undefined ? {} : { [key]: v }) as { [key in K]?: T });

const port = fc
  .tuple(
    fc.constantFrom(...PORTS),
    fc.constantFrom("TCP" as const, "UDP" as const),
    fc.constantFrom(...NODE_PORTS, 0),
  )
  .map(([number, protocol, nodePort]) => ({
    ...{ name: `p${number}${protocol}`, port: number, targetPort: number, protocol },
    ...(nodePort && { nodePort }),
  }));

const addresses = (from: readonly string[]) => some(from).map((ips) => ips.map((ip) => ({ ip, span })));

const service: fc.Arbitrary<Service> = fc
  .tuple(
    fc.constantFrom(...NAMES),
    fc.array(port, { minLength: 1, maxLength: 2 }),
    some(CLUSTER_IPS),
    maybe("externalAddresses", addresses(EXTERNAL)),
    maybe("balancerAddresses", addresses(EXTERNAL)),
    maybe("localTraffic", fc.constant(true as const)),
    maybe("internalLocal", fc.constant(true as const)),
    maybe("affinitySeconds", fc.constant(10)),
    maybe(
      "sourceRanges",
      some(["198.51.100.0/24", "10.0.0.0/8", "fd00::/16"]).map((blocks) =>
        blocks.map((block) => ({ block, span })),
      ),
    ),
  )
  .map(([name, ports, clusterIps, ...rest]) =>
    Object.assign({ namespace: "n", name, ports, clusterIps, span }, ...(rest as object[])),
  );

const endpoint: fc.Arbitrary<SliceEndpoint> = fc
  .tuple(
    fc.constantFrom(...ENDPOINTS),
    maybe("node", fc.constantFrom("n1", "n2", "n3", "gone")),
    maybe("ready", fc.boolean()),
    maybe("serving", fc.boolean()),
    maybe("terminating", fc.boolean()),
    maybe("forZones", fc.constantFrom(["z1"], ["z2"])),
    maybe("forNodes", fc.constantFrom(["n1"], ["n2"])),
  )
  .map(([address, ...rest]) => Object.assign({ addresses: [address], span }, ...(rest as object[])));

const slice: fc.Arbitrary<EndpointSlice> = fc
  .tuple(
    fc.constantFrom("s1", "s2", "s3", "s4"),
    fc.constantFrom(...NAMES, "none"),
    fc.constantFrom("IPv4" as const, "IPv6" as const),
    fc.array(endpoint, { maxLength: 4 }),
    some(["p80TCP", "p443TCP", "p80UDP"]),
  )
  .map(([name, of, addressType, endpoints, ports]) => ({
    ...{ namespace: "n", name, service: of, addressType, endpoints, span },
    ports: ports.map(
      (each) => ({ name: each, port: 8080, protocol: each.endsWith("UDP") ? "UDP" : "TCP" }) as const,
    ),
  }));

const node = (number: number, zone: string): Node => ({
  name: `n${number}`,
  ips: [`192.0.2.${number}`, `2001:db8::${number}`],
  zone,
  podCidrs: [`10.244.${number}.0/24`, `fd00:${number}::/64`],
});
const NODE_LISTS = [
  [node(1, "z1"), node(2, "z1"), node(3, "z2")],
  [node(1, "z2"), node(2, "z1")],
];

const change: fc.Arbitrary<ServiceChange> = fc.oneof(
  { weight: 4, arbitrary: service.map((each) => ({ kind: "service" as const, service: each })) },
  { weight: 5, arbitrary: slice.map((each) => ({ kind: "slice" as const, slice: each })) },
  fc.constantFrom(...NAMES).map((name) => ({ kind: "service-gone" as const, namespace: "n", name })),
  fc.constantFrom("s1", "s2", "s3").map((name) => ({ kind: "slice-gone" as const, namespace: "n", name })),
  fc.constantFrom(...NODE_LISTS).map((nodes) => ({ kind: "nodes" as const, nodes })),
);

/** The cluster that the changes lead to, by the plainest means. */
class Kept {
  readonly services = new Map<string, Service>();
  readonly slices = new Map<string, EndpointSlice>();
  nodes: readonly Node[] = NODE_LISTS[0]!;

  take(change: ServiceChange): void {
    if (change.kind === "service") this.services.set(change.service.name, change.service);
    else if (change.kind === "service-gone") this.services.delete(change.name);
    else if (change.kind === "slice") this.slices.set(change.slice.name, change.slice);
    else if (change.kind === "slice-gone") this.slices.delete(change.name);
    else if (change.kind === "nodes") this.nodes = change.nodes;
  }

  cluster() {
    return { services: [...this.services.values()], slices: [...this.slices.values()], nodes: this.nodes };
  }
}

const CLIENTS: readonly Connection["from"][] = [
  { kind: "pod", address: "10.244.1.9" },
  { kind: "node", address: "192.0.2.1" },
  { kind: "outside", address: "198.51.100.9" },
  { kind: "outside", address: "172.16.0.1" },
];
const CLIENTS6: readonly Connection["from"][] = [
  { kind: "pod", address: "fd00:1::9" },
  { kind: "outside", address: "2001:db8:9::9" },
];

function* connections(at: string): Iterable<Connection> {
  const asked = [...CLUSTER_IPS, ...EXTERNAL, "192.0.2.2", "2001:db8::1", "10.96.0.99"];
  for (const address of asked)
    for (const number of [...PORTS, ...NODE_PORTS])
      for (const protocol of ["TCP", "UDP"] as const)
        for (const from of address.includes(":") ? CLIENTS6 : CLIENTS)
          yield { from, at, address, port: number, protocol };
}

const batches = fc.array(fc.array(change, { minLength: 1, maxLength: 3 }), { minLength: 1, maxLength: 12 });

test("after any changes, the tables are what the whole cluster at once makes of them", () => {
  fc.assert(
    fc.property(batches, fc.constantFrom("n1", "n3"), (all, at) => {
      const kept = new Kept();
      const options = { ...OPTIONS, settings: SETTINGS };
      const index = new NodeServices(options, nodeNamed(at), kept.cluster());
      const tables = new LoadedTables();
      tables.load(index.whole());
      for (const batch of all) {
        for (const each of batch) kept.take(each);
        const state = index.update(batch);
        if (state) tables.load(state);
      }
      const afresh = new NodeServices(options, nodeNamed(at), kept.cluster());
      const expected = new LoadedTables();
      expected.load(afresh.whole());
      expect(tables.meaning()).toEqual(expected.meaning());
      const problems = (of: NodeServices) =>
        of
          .problems()
          .map(({ message }) => message)
          .sort();
      expect(problems(index)).toEqual(problems(afresh));
    }),
    { numRuns: 300 },
  );
});

test("look-ups in the tables give every connection what the reference says", () => {
  fc.assert(
    fc.property(fc.array(change, { maxLength: 12 }), fc.constantFrom("n1", "n3"), (changes, at) => {
      const kept = new Kept();
      for (const each of changes) kept.take(each);
      const tables = new Map(["n1", "n2", "n3"].map((name) => [name, tablesOf(name, kept)]));
      const inventory = { namespaces: [], pods: [], ...kept.cluster() };
      for (const connection of connections(at)) {
        const outcome = resolve(inventory, connection, SETTINGS);
        const said =
          outcome.kind === "connected"
            ? outcome.to.choices
                .map(({ backend }) => `${backend.address} ${backend.port}`)
                .sort()
                .join(", ")
            : outcome.kind;
        expect(`${JSON.stringify(connection)} ${lookUp(tables, connection, kept.nodes)}`).toBe(
          `${JSON.stringify(connection)} ${said}`,
        );
      }
    }),
    { numRuns: 60 },
  );
});

function tablesOf(node: string, kept: Kept): LoadedTables {
  const tables = new LoadedTables();
  tables.load(new NodeServices({ ...OPTIONS, settings: SETTINGS }, nodeNamed(node), kept.cluster()).whole());
  return tables;
}

/** What the client's node leaves as it is comes to the node that has the address, from outside. */
function lookUp(
  tables: ReadonlyMap<string, LoadedTables>,
  connection: Connection,
  nodes: readonly Node[],
): string {
  const here = tables.get(connection.at)!.lookUp(connection);
  const owner = nodes.find(({ ips }) => ips.includes(connection.address));
  if (here !== "passed" || connection.from.kind === "outside" || !owner || owner.name === connection.at)
    return here;
  return tables
    .get(owner.name)!
    .lookUp({ ...connection, at: owner.name, from: { ...connection.from, kind: "outside" } });
}
