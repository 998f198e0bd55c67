import type { Inventory } from "../../src/ir/inventory.js";
import { parseYamlFile } from "../../src/parser/yaml_file.js";
import type { NodeServicesOptions, ServiceNode } from "../../src/services/node/node_services.js";
import { SourceFile } from "../../src/source/source_file.js";

/** What a text says of a cluster; it must have nothing wrong with it. */
export function clusterOf(text: string): Inventory {
  const { inventory, diagnostics } = parseYamlFile(new SourceFile("cluster.yaml", text));
  if (diagnostics.length > 0) throw new Error(JSON.stringify(diagnostics, undefined, 1));
  return inventory;
}

const OBJECT = { path: "service.bpf.o", sha256: "00" };

export const OPTIONS: NodeServicesOptions = {
  objects: { tc: OBJECT, xdp: OBJECT, socket: OBJECT },
  generation: 1,
};

export function nodeNamed(name: string): ServiceNode {
  return { name, links: [{ name: "eth0", hook: "auto" }], pods: [] };
}

/** Three nodes in two zones. */
export const NODES = `
---
apiVersion: v1
kind: Node
metadata: {name: n1, labels: {topology.kubernetes.io/zone: a}}
spec: {podCIDRs: [10.244.1.0/24, "fd00:1::/64"]}
status: {addresses: [{type: InternalIP, address: 192.0.2.1}, {type: InternalIP, address: "2001:db8::1"}, {type: Hostname, address: n1}]}
---
apiVersion: v1
kind: Node
metadata: {name: n2, labels: {topology.kubernetes.io/zone: a}}
spec: {podCIDRs: [10.244.2.0/24, "fd00:2::/64"]}
status: {addresses: [{type: InternalIP, address: 192.0.2.2}, {type: InternalIP, address: "2001:db8::2"}]}
---
apiVersion: v1
kind: Node
metadata: {name: n3, labels: {topology.kubernetes.io/zone: b}}
spec: {podCIDRs: [10.244.3.0/24, "fd00:3::/64"]}
status: {addresses: [{type: InternalIP, address: 192.0.2.3}, {type: InternalIP, address: "2001:db8::3"}]}
`;

/** A Service of one port, with what else its spec has, as flow YAML. */
export function service(name: string, spec: string, status = "{}"): string {
  return `
---
{apiVersion: v1, kind: Service, metadata: {name: ${name}, namespace: shop}, spec: ${spec}, status: ${status}}
`;
}

/** An IPv4 slice of a Service whose one port has no name. @param endpoints flow YAML */
export function slice(of: string, port: number, endpoints: string, protocol = "TCP"): string {
  return `
---
apiVersion: discovery.k8s.io/v1
kind: EndpointSlice
metadata: {name: ${of}-1, namespace: shop, labels: {kubernetes.io/service-name: ${of}}}
addressType: IPv4
ports: [{port: ${port}, protocol: ${protocol}}]
endpoints: ${endpoints}
`;
}
