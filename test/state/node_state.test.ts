import { expect, test } from "vitest";
import type { Inventory, Labels, Namespace, Pod } from "../../src/ir/inventory.js";
import { NAMESPACE_NAME_LABEL } from "../../src/ir/inventory.js";
import type { NetworkPolicy, Peer, PodMatch, PortMatch } from "../../src/ir/policy.js";
import { NO_SPAN as span } from "../../src/source/span.js";
import type { WholeState } from "../../src/state/loader_state.js";
import { nodeState } from "../../src/state/node_state.js";
import { bundleOf } from "./bundle_of.js";
import { PlayedLoader } from "./played_loader.js";

const NODE = { name: "node", ips: ["192.0.2.1"] };

function pods(app: string): PodMatch {
  const requirements = [{ key: "app", operator: "In" as const, values: [app], span }];
  return {
    kind: "pods",
    namespaces: { kind: "name", name: "shop", span },
    pods: { requirements, span },
    span,
  };
}

function ingress(name: string, app: string, peers: Peer[] | undefined, ports?: PortMatch[]): NetworkPolicy {
  const subject = pods(app);
  return {
    kind: "NetworkPolicy",
    tier: "networkpolicy",
    name,
    namespace: "shop",
    subject,
    isolates: { ingress: true, egress: false },
    rules: [
      {
        direction: "ingress",
        action: "allow",
        subject,
        ...(peers && { peers }),
        ...(ports && { ports }),
        logged: false,
        span,
      },
    ],
    logged: false,
    span,
  };
}

function pod(name: string, labels: Labels, ips: string[], more: Partial<Pod> = {}): Pod {
  return { namespace: "shop", name, labels, ports: [], ips, hostNetwork: false, span, ...more };
}

function inventoryOf(all: Pod[]): Inventory {
  const shop: Namespace = { name: "shop", labels: { [NAMESPACE_NAME_LABEL]: "shop" }, span };
  return { namespaces: [shop], pods: all, nodes: [], services: [] };
}

test("of two pods with one address the local one is the peer, and the other is reported", () => {
  const gone = pod("gone", { app: "web" }, ["10.0.0.1"]);
  const here = pod("here", { app: "db" }, ["10.0.0.1"]);
  const bundle = bundleOf([ingress("db", "db", [pods("web")])], "specialised");
  const node = nodeState(bundle, inventoryOf([gone, here]), NODE, [{ pod: here, interface: "v0" }], {
    generation: 1,
  });
  expect(node.podByAddress.get("10.0.0.1")?.name).toBe("here");
  expect(node.diagnostics.map(({ rule, message }) => [rule, message])).toEqual([
    [
      "shared-address",
      "shop/gone has the address 10.0.0.1, which shop/here has too: it counts as shop/here's",
    ],
  ]);
});

function played(state: WholeState): PlayedLoader {
  const loader = new PlayedLoader();
  loader.apply(state);
  return loader;
}

test("a pod on the host network is its node's address: no labels, no subject", () => {
  const proxy = pod("proxy", { app: "web" }, ["198.51.100.7"], { hostNetwork: true });
  const db = pod("db", { app: "db" }, ["10.0.0.1"]);
  const bundle = bundleOf(
    [ingress("db", "db", [pods("web")]), ingress("web", "web", undefined)],
    "specialised",
  );
  const local = [proxy, db].map((of) => ({ pod: of, interface: of.name }));
  const node = nodeState(bundle, inventoryOf([proxy, db]), NODE, local, { generation: 1 });
  expect(played(node.state).bank.addressValue("198.51.100.7")).toBe(0);
  expect(node.state.pods).toEqual([
    { name: "shop/db", interface: "db", subject: 0, addresses: ["10.0.0.1"], sources: [] },
  ]);
});

test("pods that no policy can tell apart are one subject; a pod that nothing selects has none", () => {
  const all = [
    pod("b", { app: "db" }, ["10.0.0.1"]),
    pod("a", { app: "db" }, ["10.0.0.2"]),
    pod("c", {}, ["10.0.0.3"]),
  ];
  const bundle = bundleOf([ingress("db", "db", [pods("web")])], "specialised");
  const local = all.map((of) => ({ pod: of, interface: `v-${of.name}` }));
  const node = nodeState(bundle, inventoryOf(all), NODE, local, { generation: 1 });
  expect(node.profiles).toEqual([
    {
      number: 1,
      set: "shop",
      content: expect.stringMatching(/^[0-9a-f]{64}$/) as string,
      pods: ["shop/a", "shop/b"],
      policies: [0],
      rules: [0],
      isolatedBy: { ingress: [0], egress: [] },
    },
  ]);
  expect(node.state.pods).toEqual([
    { name: "shop/b", interface: "v-b", subject: 0, addresses: ["10.0.0.1"], sources: [] },
    { name: "shop/a", interface: "v-a", subject: 0, addresses: ["10.0.0.2"], sources: [] },
    { name: "shop/c", interface: "v-c", subject: null, addresses: ["10.0.0.3"], sources: [] },
  ]);
});

test("a pod's own addresses and the sources that its annotation grants go along, those of a pod without policies too", () => {
  const gateway = pod("gateway", {}, ["10.0.0.1", "fd00::1"], {
    annotations: { "polc.dev/sources": "10.9.0.1, fd00:9:0::/48, nonsense" },
  });
  const bundle = bundleOf([ingress("db", "db", undefined)], "table");
  const local = [{ pod: gateway, interface: "v", netns: "/run/netns/gateway" }];
  const { state } = nodeState(bundle, inventoryOf([gateway]), NODE, local, { generation: 1 });
  expect(state.pods).toEqual([
    {
      name: "shop/gateway",
      interface: "v",
      subject: null,
      addresses: ["10.0.0.1", "fd00::1"],
      sources: ["10.9.0.1/32", "fd00:9::/48"],
      netns: "/run/netns/gateway",
    },
  ]);
});

test("two policies of one name are both in force, with the numbers of the manifest", () => {
  const all = [pod("db", { app: "db" }, ["10.0.0.1"]), pod("web", { app: "web" }, ["10.0.0.2"])];
  const cache = pod("cache", { app: "cache" }, ["10.0.0.3"]);
  const bundle = bundleOf(
    [ingress("db", "db", [pods("web")]), ingress("db", "db", [pods("cache")])],
    "table",
  );
  const local = [{ pod: all[0]!, interface: "v" }];
  const node = nodeState(bundle, inventoryOf([...all, cache]), NODE, local, { generation: 1 });
  const { bank } = played(node.state);
  const rules = ["10.0.0.2", "10.0.0.3"].map((ip) => bank.outcome("v", "ingress", ip, 6 << 16).rule);
  expect(rules.map((rule) => node.profiles[0]!.rules[rule - 1])).toEqual([0, 1]);
});

test("IPv6 is on when a pod of this node has an IPv6 address", () => {
  const bundle = bundleOf([ingress("db", "db", undefined)], "specialised");
  const v4 = pod("v4", { app: "db" }, ["10.0.0.1"]);
  const both = pod("both", { app: "db" }, ["10.0.0.2", "fd00::2"]);
  const ipv6 = (local: Pod) =>
    nodeState(bundle, inventoryOf([v4, both]), NODE, [{ pod: local, interface: "v" }], { generation: 1 })
      .state.settings.ipv6;
  expect([ipv6(v4), ipv6(both)]).toEqual([false, true]);
});

/** A policy a client, each with its own port, all for one subject; and a pod a client, with three strangers each. */
function large(policies: number) {
  const given = Array.from({ length: policies }, (_, i) =>
    ingress(
      `p${i}`,
      "db",
      [pods(`client${i}`)],
      [{ kind: "range", protocol: "TCP", from: i % 50_000, to: i % 50_000, span }],
    ),
  );
  const address = (n: number) => `10.${n >> 16}.${(n >> 8) & 255}.${n & 255}`;
  const clients = Array.from({ length: 4 * policies }, (_, i) =>
    pod(`c${i}`, { app: `client${i}` }, [address(i)]),
  );
  const db = pod("db", { app: "db" }, ["11.0.0.1"]);
  return { given, db, inventory: inventoryOf([db, ...clients]), address };
}

test("the work for 10,000 policies and 40,000 pods is nowhere near a hundred times that for a tenth of them", () => {
  const seconds = [1000, 10_000].map((policies) => {
    const { given, db, inventory, address } = large(policies);
    const bundle = bundleOf(given, "table");
    const before = performance.now();
    const node = nodeState(bundle, inventory, NODE, [{ pod: db, interface: "v" }], { generation: 1 });
    const took = (performance.now() - before) / 1000;
    const last = policies - 1;
    const { bank } = played(node.state);
    const allowed = (client: number, port: number) =>
      bank.outcome("v", "ingress", address(client), (6 << 16) | port).allow;
    expect([allowed(last, last), allowed(last, last - 1), allowed(last + 1, last)]).toEqual([
      true,
      false,
      false,
    ]);
    return took;
  });
  expect(seconds[1]!).toBeLessThan(50 * seconds[0]!);
});
