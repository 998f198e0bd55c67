import { expect, test } from "vitest";
import { findings, read, withoutSpans } from "../reading.js";

type Inventory = ReturnType<typeof read>["inventory"];
const inventory = (text: string) => withoutSpans(read(text).inventory) as Inventory;

const serviceOf = (spec: string, status = "{}") =>
  `{apiVersion: v1, kind: Service, metadata: {name: web, namespace: shop}, spec: ${spec}, status: ${status}}`;

test("a Service has every address, policy and time-out that its API has", () => {
  const text = serviceOf(
    `{type: LoadBalancer, clusterIPs: [10.96.0.1, "FD00::1"], clusterIP: 10.96.0.1, ipFamilies: [IPv4, IPv6], externalIPs: [203.0.113.8], loadBalancerIP: 203.0.113.9, loadBalancerClass: example.com/lb, loadBalancerSourceRanges: [" 10.1.2.3/8"], sessionAffinity: ClientIP, internalTrafficPolicy: Local, externalTrafficPolicy: Local, healthCheckNodePort: 31000, publishNotReadyAddresses: true, trafficDistribution: PreferSameNode, ports: [{port: 80, nodePort: 30080}]}`,
    `{loadBalancer: {ingress: [{ip: 203.0.113.7, ipMode: VIP}, {ip: 203.0.113.6, ipMode: Proxy}, {hostname: lb.example}]}}`,
  );
  expect(findings(text)).toEqual([]);
  expect(inventory(text).services).toEqual([
    {
      namespace: "shop",
      name: "web",
      type: "LoadBalancer",
      ports: [{ port: 80, targetPort: 80, nodePort: 30080, protocol: "TCP" }],
      clusterIps: ["10.96.0.1", "fd00::1"],
      ipFamilies: ["IPv4", "IPv6"],
      externalIps: ["203.0.113.8", "203.0.113.9", "203.0.113.7", "203.0.113.6"],
      externalAddresses: [{ ip: "203.0.113.8" }],
      balancerAddresses: [{ ip: "203.0.113.7" }, { ip: "203.0.113.6", ipMode: "Proxy" }],
      requestedBalancerIp: "203.0.113.9",
      loadBalancerClass: "example.com/lb",
      sourceRanges: [{ block: "10.0.0.0/8" }],
      affinitySeconds: 10800,
      internalLocal: true,
      localTraffic: true,
      healthCheckNodePort: 31000,
      publishNotReadyAddresses: true,
      trafficDistribution: "PreferSameNode",
    },
  ]);
});

test("values that the API refuses in a Service are errors at their place", () => {
  const refused = (spec: string) => findings(serviceOf(spec));
  expect(refused(`{externalTrafficPolicy: local}`)).toEqual([`error invalid-value at "local"`]);
  expect(
    refused(`{sessionAffinity: ClientIP, sessionAffinityConfig: {clientIP: {timeoutSeconds: 86401}}}`),
  ).toEqual([`error invalid-value at "86401"`]);
  expect(refused(`{externalIPs: [1.2.3]}`)).toEqual([`error invalid-ip at "1.2.3"`]);
  expect(refused(`{loadBalancerSourceRanges: [10.0.0.1]}`)).toEqual([`error invalid-cidr at "10.0.0.1"`]);
  expect(refused(`{ports: [{port: 80, nodePort: 70000}]}`)).toEqual([`error port-out-of-range at "70000"`]);
  expect(refused(`{loadBalancerIP: not an address}`)).toEqual([]);
});

test("an EndpointSlice keeps which conditions are written, its hints, and a port without a number", () => {
  const text = `
apiVersion: discovery.k8s.io/v1
kind: EndpointSlice
metadata: {name: web-1, namespace: shop, labels: {kubernetes.io/service-name: web}}
addressType: IPv4
ports: [{name: http, port: 8080}, {name: dns, protocol: UDP, port: null}, {port: 80}]
endpoints:
  - addresses: [10.244.1.5]
    conditions: {ready: false, terminating: true}
    nodeName: n1
    zone: a
    hints: {forZones: [{name: a}, {name: b}], forNodes: [{name: n1}]}
    targetRef: {kind: Pod, name: web-1, namespace: shop}
  - addresses: [10.244.1.6, 10.244.1.7]
`;
  expect(findings(text)).toEqual([]);
  expect(inventory(text).slices).toEqual([
    {
      namespace: "shop",
      name: "web-1",
      service: "web",
      addressType: "IPv4",
      ports: [
        { name: "http", protocol: "TCP", port: 8080 },
        { name: "dns", protocol: "UDP" },
        { name: "", protocol: "TCP", port: 80 },
      ],
      endpoints: [
        {
          addresses: ["10.244.1.5"],
          ...{ ready: false, terminating: true, node: "n1", zone: "a" },
          ...{ forZones: ["a", "b"], forNodes: ["n1"], pod: "shop/web-1" },
        },
        { addresses: ["10.244.1.6", "10.244.1.7"] },
      ],
    },
  ]);
});

test("an EndpointSlice needs a type of addresses that there is", () => {
  const text = (type: string) =>
    `{apiVersion: discovery.k8s.io/v1, kind: EndpointSlice, metadata: {name: s}, ${type}endpoints: [{addresses: [x]}]}`;
  expect(findings(text(""))[0]).toMatch(/^error missing-field at /);
  expect(findings(text("addressType: ipv4, "))[0]).toBe(`error invalid-value at "ipv4"`);
  expect(findings(text("addressType: FQDN, "))).toEqual([]);
});

test("a node has its zone and the blocks of its pods", () => {
  const text = `{apiVersion: v1, kind: Node, metadata: {name: n1, labels: {topology.kubernetes.io/zone: a}}, spec: {podCIDR: 10.244.1.0/24, podCIDRs: [10.244.1.0/24, "fd00:1::/64"]}, status: {addresses: [{type: InternalIP, address: 192.0.2.1}]}}`;
  expect(inventory(text).nodes).toEqual([
    { name: "n1", ips: ["192.0.2.1"], zone: "a", podCidrs: ["10.244.1.0/24", "fd00:1::/64"] },
  ]);
});

test("a pod says by its status and metadata whether it takes traffic", () => {
  const pod = (metadata: string, status: string) =>
    inventory(`{apiVersion: v1, kind: Pod, metadata: {name: p${metadata}}, status: ${status}}`).pods[0];
  expect(pod("", `{conditions: [{type: Ready, status: "False"}]}`)).toMatchObject({ notReady: true });
  expect(pod(", deletionTimestamp: x", "{}")).toMatchObject({ terminating: true });
  expect(pod("", `{conditions: [{type: Ready, status: "True"}]}`)).not.toHaveProperty("notReady");
});
