/** Three nodes, four pods on two of them, and as many Services of these pods as are asked for; each has a balancer's address. */
import type { Inventory } from "../../../src/ir/inventory.js";
import { parseYamlFile } from "../../../src/parser/yaml_file.js";
import { SourceFile } from "../../../src/source/source_file.js";
import { balancerIp, clusterIp } from "../wire/state.js";

const NAMESPACE = "bench";
export const TARGET_PORT = 8080;
export const BALANCERS = "10.112.0.0/16";
const PODS = ["10.61.2.1", "10.61.2.2", "10.61.3.1", "10.61.3.2"];
export const BACKENDS = PODS.length;

export function cluster(services: number): Inventory {
  const objects = [
    ...[1, 2, 3].map((number) => ({
      ...{ apiVersion: "v1", kind: "Node", metadata: { name: `node-${number}` } },
      status: { addresses: [{ type: "InternalIP", address: `192.168.61.1${number}` }] },
    })),
    ...PODS.map((ip) => ({
      ...{ apiVersion: "v1", kind: "Pod", metadata: { name: podName(ip), namespace: NAMESPACE } },
      spec: { nodeName: nodeOf(ip), containers: [{ name: "server", image: "server" }] },
      status: { phase: "Running", podIPs: [{ ip }] },
    })),
    service,
    slice,
  ];
  const text = objects.map((each) => JSON.stringify(each)).join("\n---\n");
  const { inventory, diagnostics } = parseYamlFile(new SourceFile("cluster.yaml", text));
  const wrong = diagnostics.find(({ severity }) => severity === "error");
  if (wrong) throw new Error(wrong.message);
  return copied(inventory, services);
}

const podName = (ip: string) => `web-${ip.replaceAll(".", "-")}`;
const nodeOf = (ip: string) => `node-${ip.split(".")[2]}`;

const service = {
  ...{ apiVersion: "v1", kind: "Service", metadata: { name: "web", namespace: NAMESPACE } },
  spec: {
    ...{ type: "LoadBalancer", clusterIPs: [clusterIp(0)], selector: { app: "web" } },
    ports: [{ name: "http", port: 80, targetPort: TARGET_PORT }],
  },
  status: { loadBalancer: { ingress: [{ ip: balancerIp(0) }] } },
};

const slice = {
  ...{ apiVersion: "discovery.k8s.io/v1", kind: "EndpointSlice", addressType: "IPv4" },
  metadata: { name: "web", namespace: NAMESPACE, labels: { "kubernetes.io/service-name": "web" } },
  ports: [{ name: "http", port: TARGET_PORT }],
  endpoints: PODS.map((ip) => ({ addresses: [ip], nodeName: nodeOf(ip) })),
};

/** The one Service many times, with addresses of its own each. */
function copied(inventory: Inventory, count: number): Inventory {
  const [first] = inventory.services;
  const [endpoints] = inventory.slices!;
  const numbers = Array.from({ length: count }, (_, number) => number);
  return {
    ...inventory,
    services: numbers.map((number) => ({
      ...first!,
      name: `web-${number}`,
      clusterIps: [clusterIp(number)],
      externalIps: [balancerIp(number)],
      balancerAddresses: [{ ...first!.balancerAddresses![0]!, ip: balancerIp(number) }],
    })),
    slices: numbers.map((number) => ({ ...endpoints!, name: `web-${number}`, service: `web-${number}` })),
  };
}
