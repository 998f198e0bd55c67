import { expect, test } from "vitest";
import { nodeServicesState } from "../../src/services/node_services_state.js";
import type { WholeServices } from "../../src/services/node/services_state.js";
import { clusterOf, nodeNamed, NODES, OPTIONS, service, slice } from "./cluster_of.js";

function stateOf(node: string, text: string, settings = {}): WholeServices {
  return nodeServicesState(clusterOf(text), nodeNamed(node), { ...OPTIONS, settings }).state;
}

const WEB =
  service(
    "web",
    `{type: LoadBalancer, clusterIP: 10.96.0.10, ports: [{port: 80, targetPort: 8080, nodePort: 30080}]}`,
    `{loadBalancer: {ingress: [{ip: 203.0.113.7}]}}`,
  ) +
  slice(
    "web",
    8080,
    `[{addresses: [10.244.2.5], nodeName: n2}, {addresses: [10.244.1.5], nodeName: n1, conditions: {ready: true}}]`,
  );

test("a Service becomes the state that the loader reads", () => {
  const { objects: _, capacity: __, ...state } = stateOf("n1", NODES + WEB);
  expect(state).toEqual({
    kind: "services",
    version: 1,
    generation: 1,
    whole: true,
    config: {
      ...{ tableSize: 16381, seed: 1, dispatchTcp: "opt", dispatchUdp: "opt", refusal: "icmp" },
      ...{ genevePort: 6081, snatFirst: 61000, snatLast: 65535, mtu: 1500 },
      ...{ node4: "192.0.2.1", node6: "2001:db8::1", hairpin4: "169.254.42.1", hairpin6: "100::a9fe:2a01" },
    },
    links: [{ name: "eth0", hook: "auto" }],
    pods: [],
    destinations: [
      { address: "192.0.2.1", flags: ["node", "own"] },
      { address: "2001:db8::1", flags: ["node", "own"] },
      { address: "192.0.2.2", flags: ["node"] },
      { address: "2001:db8::2", flags: ["node"] },
      { address: "192.0.2.3", flags: ["node"] },
      { address: "2001:db8::3", flags: ["node"] },
      { address: "10.96.0.10", flags: ["cluster-ip"] },
      { address: "203.0.113.7", flags: ["external"] },
    ],
    endpoints: [
      { id: 1, servicePort: 1, address: "10.244.1.5", port: 8080, flags: ["local"], node: "192.0.2.1" },
      { id: 2, servicePort: 1, address: "10.244.2.5", port: 8080, flags: [], node: "192.0.2.2" },
    ],
    sets: [{ id: 1, endpoints: [1, 2] }],
    ports: [
      {
        ...{ id: 1, sets: [1, 1, 1], empty: ["refuse", "refuse", "refuse"], flags: [], affinity: 0, name: 1 },
      },
    ],
    frontends: [
      { address: "10.96.0.10", port: 80, protocol: "TCP", servicePort: 1, kind: "cluster-ip" },
      { address: "203.0.113.7", port: 80, protocol: "TCP", servicePort: 1, kind: "load-balancer" },
      { address: "0.0.0.0", port: 30080, protocol: "TCP", servicePort: 1, kind: "node-port" },
    ],
    sourceRanges: [],
  });
});

test("by externalTrafficPolicy Local, a node without an endpoint drops what comes from outside, and serves what is inside", () => {
  const local = WEB.replace("type: LoadBalancer", "type: LoadBalancer, externalTrafficPolicy: Local");
  expect(stateOf("n3", NODES + local).ports[0]).toMatchObject({
    sets: [1, 0, 1],
    empty: ["refuse", "drop", "refuse"],
  });
  const here = stateOf("n1", NODES + local);
  expect(here.sets).toEqual([
    { id: 1, endpoints: [1, 2] },
    { id: 2, endpoints: [1] },
  ]);
  expect(here.ports[0]!.sets).toEqual([1, 2, 1]);
});

test("without any endpoint whoever asks is refused, whatever the traffic policy", () => {
  const none = service(
    "web",
    `{type: NodePort, clusterIP: 10.96.0.10, internalTrafficPolicy: Local, externalTrafficPolicy: Local, ports: [{port: 80, nodePort: 30080}]}`,
  );
  expect(stateOf("n1", NODES + none).ports[0]).toMatchObject({
    sets: [0, 0, 0],
    empty: ["refuse", "refuse", "refuse"],
  });
});

test("an endpoint on the host network is marked, and one on no node has no node", () => {
  const text =
    NODES +
    service("web", `{clusterIP: 10.96.0.10, ports: [{port: 80}]}`) +
    slice("web", 80, `[{addresses: [192.0.2.2], nodeName: n2}, {addresses: [198.51.100.1]}]`);
  const { state, problems } = nodeServicesState(clusterOf(text), nodeNamed("n1"), OPTIONS);
  expect(state.endpoints).toEqual([
    { id: 1, servicePort: 1, address: "192.0.2.2", port: 80, flags: ["on-host"], node: "192.0.2.2" },
    { id: 2, servicePort: 1, address: "198.51.100.1", port: 80, flags: [] },
  ]);
  expect(problems.map(({ rule, message }) => `${rule}: ${message}`)).toEqual([
    "endpoint-outside-nodes: endpoint 198.51.100.1 of Service shop/web is on no node: it is reached by SNAT",
  ]);
});

test("source ranges mark the port, and node ports by a setting", () => {
  const ranged = WEB.replace("type:", 'loadBalancerSourceRanges: [" 198.51.100.0/24 "], type:');
  const { ports, sourceRanges } = stateOf("n1", NODES + ranged);
  expect(ports[0]!.flags).toEqual(["source-ranges"]);
  expect(sourceRanges).toEqual([{ servicePort: 1, block: "198.51.100.0/24" }]);
  const both = stateOf("n1", NODES + ranged, { sourceRangesOnNodePorts: true });
  expect(both.ports[0]!.flags).toEqual(["source-ranges", "source-ranges-node-port"]);
});

test("EndpointSlices that say they are of a headless Service give no endpoints", () => {
  const text = WEB.replace(
    "kubernetes.io/service-name: web}",
    'kubernetes.io/service-name: web, service.kubernetes.io/headless: ""}',
  );
  expect(stateOf("n1", NODES + WEB).endpoints).toHaveLength(2);
  expect(stateOf("n1", NODES + text).endpoints).toEqual([]);
});

test("the port of a Service with externalTrafficPolicy Local says so of its node port", () => {
  const local = WEB.replace("type: LoadBalancer,", "type: LoadBalancer, externalTrafficPolicy: Local,");
  expect(stateOf("n1", NODES + local).ports[0]!.flags).toEqual(["node-port-local"]);
});
