/**
 * kube_api.cjs SERVICES BACKENDS: as much of a Kubernetes API as kube-proxy asks for, on 127.0.0.1. Prints its port. A line on standard
 * input changes the last endpoint of the Service in the middle, and is answered with when it was told, in milliseconds.
 */
const http = require("node:http");
const { createInterface } = require("node:readline");
const [services, backends] = process.argv.slice(2).map(Number);

const address = (second, number) => `10.${second}.${((number + 1) >> 8) & 255}.${(number + 1) & 255}`;
const metadata = (name, more = {}) => ({
  name,
  namespace: "bench",
  uid: name,
  resourceVersion: "1",
  ...more,
});
const service = (number) => ({
  ...{ apiVersion: "v1", kind: "Service", metadata: metadata(`web-${number}`) },
  spec: {
    ...{ type: "LoadBalancer", clusterIP: address(96, number), clusterIPs: [address(96, number)] },
    ...{ ipFamilies: ["IPv4"], ipFamilyPolicy: "SingleStack", sessionAffinity: "None" },
    ...{ externalTrafficPolicy: "Cluster", internalTrafficPolicy: "Cluster", selector: { app: "web" } },
    ports: [{ name: "http", protocol: "TCP", port: 80, targetPort: 8080 }],
  },
  status: { loadBalancer: { ingress: [{ ip: address(112, number), ipMode: "VIP" }] } },
});
const slice = (number, last = backends, resourceVersion = "1") => ({
  ...{ apiVersion: "discovery.k8s.io/v1", kind: "EndpointSlice", addressType: "IPv4" },
  metadata: {
    ...metadata(`web-${number}`, { labels: { "kubernetes.io/service-name": `web-${number}` } }),
    resourceVersion,
  },
  ports: [{ name: "http", port: 8080, protocol: "TCP" }],
  endpoints: Array.from({ length: backends }, (_, at) => ({
    addresses: [`10.0.2.${at === backends - 1 ? last : at + 1}`],
    conditions: { ready: true, serving: true, terminating: false },
    nodeName: "other",
  })),
});
const node = {
  ...{ apiVersion: "v1", kind: "Node", metadata: { name: "bench", uid: "bench", resourceVersion: "1" } },
  spec: { podCIDR: "10.0.1.0/24", podCIDRs: ["10.0.1.0/24"] },
  status: { addresses: [{ type: "InternalIP", address: "192.168.0.1" }] },
};
const all = (of) => Array.from({ length: services }, (_, number) => of(number));
const LISTS = {
  services: () => ({ apiVersion: "v1", kind: "ServiceList", items: all(service) }),
  endpointslices: () => ({
    apiVersion: "discovery.k8s.io/v1",
    kind: "EndpointSliceList",
    items: all((number) => slice(number)),
  }),
  nodes: () => ({ apiVersion: "v1", kind: "NodeList", items: [node] }),
  servicecidrs: () => ({ apiVersion: "networking.k8s.io/v1", kind: "ServiceCIDRList", items: [] }),
};

const watchers = new Set();
const server = http.createServer((request, response) => {
  const url = new URL(request.url, "http://localhost");
  const [parent, last] = url.pathname.split("/").slice(-2);
  response.setHeader("content-type", "application/json");
  const list = request.method === "GET" ? LISTS[last] : undefined;
  if (parent === "nodes") response.end(JSON.stringify(node));
  else if (!list) {
    response.statusCode = request.method === "POST" ? 201 : 404;
    response.end(JSON.stringify({ apiVersion: "v1", kind: "Status", status: "Failure", code: 404 }));
  } else if (url.searchParams.get("watch")) {
    response.flushHeaders();
    if (last !== "endpointslices") return;
    watchers.add(response);
    response.on("close", () => watchers.delete(response));
  } else response.end(JSON.stringify({ ...list(), metadata: { resourceVersion: "1" } }));
});
server.listen(0, "127.0.0.1", () => console.log(server.address().port));

let changes = 0;
createInterface({ input: process.stdin })
  .on("line", () => {
    const object = slice(services >> 1, backends + 1 + (changes % 2), String(++changes + 1));
    const told = Date.now();
    for (const each of watchers) each.write(`${JSON.stringify({ type: "MODIFIED", object })}\n`);
    console.log(told);
  })
  .on("close", () => process.exit());
