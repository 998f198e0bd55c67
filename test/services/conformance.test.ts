/** What the real kube-proxy was seen to do, row by row, against the reference. What takes time or packets is the lab's. */
import { existsSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { maglevTable, placeOf } from "../../src/services/maglev.js";
import { healthAnswer } from "../../src/services/health.js";
import { resolve } from "../../src/services/resolve.js";
import type { Client, Connection, Outcome } from "../../src/services/resolve.js";
import { clusterOf, NODES, service, slice } from "./cluster_of.js";

const OBSERVED = "../shared/conformance/services.json";

interface Row {
  readonly name: string;
  readonly from: "pod" | "node" | "outside";
  readonly to: "ClusterIP" | "NodePort" | "LoadBalancer" | "externalIP" | "healthCheckNodePort";
  readonly protocol: "TCP" | "UDP" | "ICMP" | "HTTP";
  readonly expect: string;
  readonly sourceSeen?: "client" | "node";
}

const FOUND = existsSync(OBSERVED);
const ROWS = FOUND ? (JSON.parse(readFileSync(OBSERVED, "utf8")) as { rows: readonly Row[] }).rows : [];

test.skipIf(!FOUND)("all 71 observations are compared", () => {
  expect(ROWS.length).toBe(71);
});

/** The client's node has no endpoint but where a row says so. */
const CLIENTS: Readonly<Record<Row["from"], Client>> = {
  pod: { kind: "pod", address: "10.244.1.9" },
  node: { kind: "node", address: "192.0.2.1" },
  outside: { kind: "outside", address: "198.51.100.9" },
};
const CLIENTS6: Readonly<Record<Row["from"], Client>> = {
  pod: { kind: "pod", address: "fd00:1::9" },
  node: { kind: "node", address: "2001:db8::1" },
  outside: { kind: "outside", address: "2001:db8:9::9" },
};
const ADDRESSES = {
  ClusterIP: "10.96.0.10",
  NodePort: "192.0.2.1",
  LoadBalancer: "203.0.113.7",
  externalIP: "203.0.113.8",
  healthCheckNodePort: "192.0.2.1",
} as const;

interface Setup {
  /** Of the spec of the Service, beside its addresses and ports. */
  readonly spec?: string;
  readonly status?: string;
  readonly endpoints?: string;
  /** Instead of the Service and slice. */
  readonly cluster?: string;
  readonly ipv6?: true;
  readonly ask?: Partial<Connection>;
}

const N2 = `{addresses: [10.244.2.5], nodeName: n2}`;
const N3 = `{addresses: [10.244.3.5], nodeName: n3}`;
const N1 = `{addresses: [10.244.1.5], nodeName: n1}`;
const DRAINING = `conditions: {ready: false, serving: true, terminating: true}`;
const LOCAL = `externalTrafficPolicy: Local`;
const VIP = `{loadBalancer: {ingress: [{ip: 203.0.113.7}]}}`;
const ON_HOST_2 = `{addresses: [192.0.2.2], nodeName: n2}`;
const RANGES = `loadBalancerSourceRanges: [192.0.2.128/25]`;
const SIX = `
---
{apiVersion: v1, kind: Service, metadata: {name: web, namespace: shop}, spec: {type: NodePort, clusterIPs: ["fd00:96::10"], ports: [{port: 80, nodePort: 30080}, {port: 80, nodePort: 30081, protocol: UDP}]}}
`;
const SIX_SLICE = `
---
{apiVersion: discovery.k8s.io/v1, kind: EndpointSlice, metadata: {name: web-6, namespace: shop, labels: {kubernetes.io/service-name: web}}, addressType: IPv6, ports: [{port: 80}], endpoints: [{addresses: ["fd00:2::5"], nodeName: n2}]}
`;
const NAMED = `
---
{apiVersion: v1, kind: Service, metadata: {name: web, namespace: shop}, spec: {clusterIP: 10.96.0.10, selector: {app: web}, ports: [{port: 80, targetPort: http}]}}
---
{apiVersion: v1, kind: Pod, metadata: {name: web-1, namespace: shop, labels: {app: web}}, spec: {nodeName: n2, containers: [{name: c, ports: [{name: http, containerPort: 8080}]}]}, status: {podIP: 10.244.2.5}}
`;
const NOT_READY = NAMED.replace("clusterIP:", "publishNotReadyAddresses: true, clusterIP:").replace(
  "podIP:",
  `conditions: [{type: Ready, status: "False"}], podIP:`,
);
const two = (name: string, nodePort: number, port: number) =>
  service(
    name,
    `{type: NodePort, externalIPs: [203.0.113.8], ports: [{port: ${port}, nodePort: ${nodePort}}]}`,
  ) + slice(name, 80, `[${N2}]`);

const SETUPS: Readonly<Record<string, Setup>> = {
  ClusterIP: {},
  "a port that the Service lacks": { ask: { port: 81 } },
  "ping of a ClusterIP": {},
  "an address of the service range that no Service has": { ask: { address: "10.96.0.99" } },
  "no endpoints": { endpoints: "[]" },
  "no endpoints, IPv6": { cluster: SIX, ipv6: true },
  "externalTrafficPolicy Cluster, backend on another node": { endpoints: `[${N2}]` },
  "externalTrafficPolicy Cluster, backend on this node": { endpoints: `[${N1}]` },
  "externalTrafficPolicy Cluster": {},
  "externalTrafficPolicy Local, no local backend": { spec: LOCAL },
  "externalTrafficPolicy Local, local backend": { spec: LOCAL, endpoints: `[${N1}, ${N2}]` },
  "externalTrafficPolicy Local, no local backend, own node": { spec: LOCAL },
  "externalTrafficPolicy Local, no local backend, own address": { spec: LOCAL },
  "externalTrafficPolicy Local of another node, backends on that one and a third": {
    spec: LOCAL,
    ask: { address: "192.0.2.2" },
  },
  "NodePort by its own address": {},
  "NodePort by 127.0.0.1": { ask: { address: "127.0.0.1" } },
  "internalTrafficPolicy Local, no local backend": { spec: "internalTrafficPolicy: Local" },
  "LoadBalancer, Cluster": { status: VIP },
  "LoadBalancer, externalTrafficPolicy Local, no local backend": { spec: LOCAL, status: VIP },
  "LoadBalancer, externalTrafficPolicy Local, local backend": {
    ...{ spec: LOCAL, status: VIP, endpoints: `[${N1}, ${N2}]` },
  },
  "loadBalancerSourceRanges that do not hold the client": { spec: RANGES, status: VIP },
  "a port that the LoadBalancer lacks": { status: VIP, ask: { port: 81 } },
  "ping of a LoadBalancer address": { status: VIP },
  "ipMode Proxy": { status: `{loadBalancer: {ingress: [{ip: 203.0.113.7, ipMode: Proxy}]}}` },
  externalIPs: { spec: "externalIPs: [203.0.113.8]" },
  "two Services on one external IP, different ports": {
    cluster: two("web", 30080, 80) + two("api", 30090, 90),
  },
  "a pod reaching itself through its Service": { endpoints: `[{addresses: [10.244.1.9], nodeName: n1}]` },
  "dual stack, IPv6": { cluster: SIX + SIX_SLICE, ipv6: true },
  "trafficDistribution PreferSameNode, none on the node": {
    spec: "trafficDistribution: PreferSameNode",
    endpoints: `[{addresses: [10.244.2.5], nodeName: n2, hints: {forNodes: [{name: n2}]}}]`,
  },
  "named target port": { cluster: NAMED },
  "ClusterIP routed to a node": {},
  "publishNotReadyAddresses, pod not ready": { cluster: NOT_READY },
  "backend on the host network": { endpoints: `[${ON_HOST_2}]` },
  "backend on the host network of another node": { endpoints: `[${ON_HOST_2}]` },
  "backend on the host network of this node": { endpoints: `[{addresses: [192.0.2.1], nodeName: n1}]` },
  "EndpointSlice by hand, conditions absent": {
    endpoints: `[{addresses: [10.244.2.5], nodeName: n2, conditions: {}}]`,
  },
  "only terminating, serving endpoints": {
    endpoints: `[{addresses: [10.244.2.5], nodeName: n2, ${DRAINING}}]`,
  },
  "only terminating, serving endpoints, externalTrafficPolicy Local, on this node": {
    ...{ spec: LOCAL, endpoints: `[{addresses: [10.244.1.5], nodeName: n1, ${DRAINING}}]` },
  },
  "only terminating, serving endpoints, internalTrafficPolicy Local, on this node": {
    spec: "internalTrafficPolicy: Local",
    endpoints: `[{addresses: [10.244.1.5], nodeName: n1, ${DRAINING}}]`,
  },
  "two NodePorts of two Services, one backend, one client port": {
    cluster: two("web", 30080, 80) + two("api", 30090, 90),
  },
};

/** The connection itself succeeds. What else the row says takes an endpoint that leaves, or time. */
const LATER: Readonly<Record<string, string>> = {
  "established TCP connection after its endpoint left the Service": "kept",
  "UDP from one source port after its endpoint left": "moves to another endpoint",
  "affinity ClientIP 5 s, a connection every 3 s": "one backend",
  "affinity ClientIP 5 s, a connection every 6.5 s": "any backend",
};

function outcome(row: Row): Outcome {
  const affinity = `sessionAffinity: ClientIP, sessionAffinityConfig: {clientIP: {timeoutSeconds: 5}}`;
  const setup = SETUPS[row.name] ?? (row.name.startsWith("affinity") ? { spec: affinity } : {});
  const { spec = "", status, endpoints = `[${N2}, ${N3}]`, cluster, ipv6, ask } = setup;
  const ports = `[{name: t, port: 80, nodePort: 30080}, {name: u, port: 80, nodePort: 30080, protocol: UDP}]`;
  const comma = spec === "" ? "" : `${spec}, `;
  const made =
    cluster ??
    service("web", `{type: LoadBalancer, ${comma}clusterIP: 10.96.0.10, ports: ${ports}}`, status) +
      slice("web", 80, endpoints).replace(
        "port: 80, protocol: TCP",
        "name: t, port: 80}, {name: u, port: 80, protocol: UDP",
      );
  const address = ipv6 ? (row.to === "NodePort" ? "2001:db8::1" : "fd00:96::10") : ADDRESSES[row.to];
  return resolve(
    clusterOf(NODES + made),
    {
      from: (ipv6 ? CLIENTS6 : CLIENTS)[row.from],
      at: "n1",
      address,
      port: row.to === "NodePort" ? 30080 : 80,
      protocol: row.protocol as Connection["protocol"],
      ...ask,
    },
    { externalIps: true },
  );
}

/** In the row's words. */
function words(found: Outcome): string {
  switch (found.kind) {
    case "connected":
      return "connected";
    case "refused":
      return found.by === "icmp" ? "icmp port-unreachable" : "reset";
    default:
      return "silent";
  }
}

const connecting = ROWS.filter(({ name, to }) => to !== "healthCheckNodePort" && !name.startsWith("600 "));

test.each(connecting.map((row, index) => ({ ...row, index })))(
  "row $index: $name, from $from to $to by $protocol: $expect",
  (row) => {
    if (!(row.name in SETUPS)) expect(LATER[row.name], "a row that this test does not know").toBe(row.expect);
    const found = outcome(row);
    // kube-proxy's answer depends on which endpoint it happens to take; by 127.0.0.1 the kernel resets, not a service.
    if (row.expect === "reset") return expect(found).toEqual({ kind: "passed" });
    expect(words(found)).toBe(row.expect === "depends" || row.name in LATER ? "connected" : row.expect);
    if (found.kind !== "connected" || row.sourceSeen === undefined) return;
    for (const { sourceSeen } of found.to.choices) expect(sourceSeen).toBe(betterSource(row));
  },
);

/** By direct return the endpoint sees the client wherever kube-proxy shows it a node; a node that asks is the client. */
function betterSource({ name }: Row): "client" | "hairpin" {
  return name === "a pod reaching itself through its Service" ? "hairpin" : "client";
}

test.skipIf(!FOUND)(
  "600 connections over two endpoints are spread as evenly as kube-proxy spreads them",
  () => {
    const table = maglevTable(
      [
        { address: "10.244.2.5", port: 80 },
        { address: "10.244.3.5", port: 80 },
      ],
      16381,
    );
    const counts = [0, 0];
    for (let i = 0; i < 600; i++) {
      const flow = { client: "10.244.1.9", clientPort: 32768 + 13 * i, address: "10.96.0.10", port: 80 };
      counts[table[placeOf({ ...flow, protocol: "TCP" }, 1, 16381)]!]!++;
    }
    // Three standard deviations of a fair coin.
    expect(Math.abs(counts[0]! - 300)).toBeLessThanOrEqual(37);
  },
);

test.each(ROWS.filter(({ to }) => to === "healthCheckNodePort"))("$name: $expect", (row) => {
  const answer = healthAnswer("shop", "web", row.expect === "200" ? 1 : 0);
  expect(`${answer.status}`).toBe(row.expect);
});
