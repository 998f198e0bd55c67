/** The cluster of the observations, as objects of the API: three nodes, backends on two of them, and a Service for each thing. */
import type { Inventory } from "../../ir/inventory.js";
import { parseYamlFile } from "../../parser/yaml_file.js";
import { SourceFile } from "../../source/source_file.js";

export const NAMESPACE = "conf";

const NODES = ["node-1", "node-2", "node-3"];

export interface SampleService {
  readonly name: string;
  /** The last part of its addresses; node ports are `nodePort` and the two after it. */
  readonly number: number;
  readonly spec?: object;
  readonly ports?: readonly object[];
  readonly status?: object;
  /** undefined: slices are made from the pods that it selects. */
  readonly endpoints?: readonly SampleEndpoint[];
  readonly selects?: string;
  readonly targets?: { readonly tcp: number; readonly udp: number };
}

export interface SampleEndpoint {
  /** `pod NAME` or `node NAME`. */
  readonly of: string;
  readonly conditions?: object;
  readonly hints?: object;
}

export const PORT = { tcp: 80, udp: 53 } as const;
export const TARGET = { tcp: 8080, udp: 5353 } as const;

export const clusterIp = (number: number, family: 4 | 6 = 4) =>
  family === 4 ? `10.96.1.${number}` : `fd96::1:${number}`;
export const balancerIp = (number: number) => `203.0.113.${number}`;
export const nodePort = (number: number, protocol: "tcp" | "udp" = "tcp") =>
  31000 + 2 * number + (protocol === "udp" ? 1 : 0);

/** Number in addresses, of pods by their node. */
const PODS: Readonly<Record<string, readonly [node: number, host: number, labels?: object]>> = {
  client: [1, 10],
  "web-2": [2, 20, { app: "web" }],
  "web-3": [3, 30, { app: "web" }],
  "late-2": [2, 22, { app: "late" }],
};

const BOTH: readonly SampleEndpoint[] = [{ of: "pod web-2" }, { of: "pod web-3" }];
const DRAINING = { ready: false, serving: true, terminating: true };
const BALANCER = { type: "LoadBalancer" };
const LOCAL = { externalTrafficPolicy: "Local" };

export const SERVICES: readonly SampleService[] = [
  { name: "plain", number: 1, spec: { type: "NodePort" }, endpoints: BOTH },
  { name: "none", number: 2, spec: { type: "NodePort" }, endpoints: [] },
  { name: "local", number: 3, spec: { ...BALANCER, ...LOCAL }, status: at(3), endpoints: BOTH },
  { name: "inside-local", number: 4, spec: { internalTrafficPolicy: "Local" }, endpoints: BOTH },
  { name: "balancer", number: 5, spec: BALANCER, status: at(5), endpoints: BOTH },
  {
    ...{ name: "ranges", number: 6, status: at(6), endpoints: BOTH },
    spec: { ...BALANCER, loadBalancerSourceRanges: ["10.255.0.0/16"] },
  },
  { name: "proxied", number: 7, spec: BALANCER, status: at(7, "Proxy"), endpoints: BOTH },
  { name: "external", number: 8, spec: { externalIPs: [balancerIp(108)] }, endpoints: BOTH },
  {
    ...{ name: "external-too", number: 9, endpoints: BOTH, spec: { externalIPs: [balancerIp(108)] } },
    ports: [{ name: "tcp", port: 81, targetPort: TARGET.tcp }],
  },
  { name: "self", number: 10, endpoints: [{ of: "pod client" }] },
  {
    ...{ name: "same-node", number: 11, spec: { trafficDistribution: "PreferSameNode" } },
    endpoints: [
      { of: "pod web-2", hints: { forNodes: [{ name: "node-2" }] } },
      { of: "pod web-3", hints: { forNodes: [{ name: "node-3" }] } },
    ],
  },
  {
    ...{ name: "named", number: 12, selects: "web" },
    ports: [{ name: "tcp", port: 80, targetPort: "http" }],
  },
  { name: "not-ready", number: 13, selects: "late", spec: { publishNotReadyAddresses: true } },
  {
    ...{ name: "on-host", number: 14, spec: { type: "NodePort" }, endpoints: [{ of: "node node-2" }] },
    targets: { tcp: 8114, udp: 5314 },
  },
  { name: "by-hand", number: 15, endpoints: [{ of: "pod web-2" }] },
  {
    ...{ name: "draining", number: 16, spec: { type: "NodePort" } },
    endpoints: [{ of: "pod web-2", conditions: DRAINING }],
  },
  {
    ...{ name: "draining-local", number: 17, spec: { type: "NodePort", ...LOCAL } },
    endpoints: BOTH.map(({ of }) => ({ of, conditions: DRAINING })),
  },
  {
    ...{ name: "draining-inside", number: 18, spec: { internalTrafficPolicy: "Local" } },
    endpoints: [{ of: "pod web-2", conditions: DRAINING }],
  },
  { name: "twin-a", number: 19, spec: { type: "NodePort" }, endpoints: [{ of: "pod web-2" }] },
  { name: "twin-b", number: 20, spec: { type: "NodePort" }, endpoints: [{ of: "pod web-2" }] },
  { name: "shrinking", number: 21, endpoints: BOTH },
  {
    ...{ name: "sticky", number: 22, endpoints: BOTH },
    spec: { sessionAffinity: "ClientIP", sessionAffinityConfig: { clientIP: { timeoutSeconds: 5 } } },
  },
  { name: "moving", number: 24, endpoints: BOTH },
  {
    ...{ name: "checked", number: 23, status: at(23), endpoints: BOTH },
    spec: { ...BALANCER, ...LOCAL, healthCheckNodePort: 32123 },
  },
];

function at(number: number, ipMode?: string): object {
  return { loadBalancer: { ingress: [{ ip: balancerIp(number), ...(ipMode !== undefined && { ipMode }) }] } };
}

export const nodeIp = (name: string, family: 4 | 6 = 4) => {
  const host = 11 + NODES.indexOf(name);
  return family === 4 ? `192.168.60.${host}` : `fd60::${host}`;
};

function podIp(name: string, family: 4 | 6): string {
  const [node, host] = PODS[name]!;
  return family === 4 ? `10.60.${node}.${host}` : `fd60:${node}::${host}`;
}

/** @throws Error if a file of our own is not right */
export function sampleCluster(services: readonly SampleService[] = SERVICES): Inventory {
  const objects = [
    ...NODES.map(nodeObject),
    ...Object.keys(PODS).map(podObject),
    ...services.flatMap((service) => [serviceObject(service), ...sliceObjects(service)]),
  ];
  const text = objects.map((each) => JSON.stringify(each)).join("\n---\n");
  const { inventory, diagnostics } = parseYamlFile(new SourceFile("services.yaml", text));
  const wrong = diagnostics.find(({ severity }) => severity === "error");
  if (wrong) throw new Error(wrong.message);
  return inventory;
}

function nodeObject(name: string, index: number): object {
  return {
    ...{ apiVersion: "v1", kind: "Node", metadata: { name } },
    spec: { podCIDRs: [`10.60.${index + 1}.0/24`, `fd60:${index + 1}::/64`] },
    status: {
      addresses: ([4, 6] as const).map((family) => ({ type: "InternalIP", address: nodeIp(name, family) })),
    },
  };
}

function podObject(name: string): object {
  const [node, , labels = {}] = PODS[name]!;
  const ready = { type: "Ready", status: name.startsWith("late") ? "False" : "True" };
  return {
    ...{ apiVersion: "v1", kind: "Pod", metadata: { name, namespace: NAMESPACE, labels } },
    spec: {
      nodeName: `node-${node}`,
      containers: [
        {
          ...{ name: "server", image: "server" },
          ports: [
            { name: "http", containerPort: TARGET.tcp },
            { name: "dns", containerPort: TARGET.udp, protocol: "UDP" },
          ],
        },
      ],
    },
    status: { phase: "Running", conditions: [ready], podIPs: [{ ip: podIp(name, 4) }, { ip: podIp(name, 6) }] },
  };
}

function serviceObject({ name, number, spec, ports, status, selects, targets }: SampleService): object {
  const hasNodePorts = spec !== undefined && "type" in spec;
  const target = targets ?? TARGET;
  const own = (["tcp", "udp"] as const).map((protocol) => ({
    ...{ name: protocol, port: PORT[protocol], targetPort: target[protocol], protocol: protocol.toUpperCase() },
    ...(hasNodePorts && { nodePort: nodePort(number, protocol) }),
  }));
  return {
    ...{ apiVersion: "v1", kind: "Service", metadata: { name, namespace: NAMESPACE } },
    spec: {
      ...{ clusterIPs: [clusterIp(number), clusterIp(number, 6)], ipFamilies: ["IPv4", "IPv6"] },
      ipFamilyPolicy: "RequireDualStack",
      ports: ports ?? own,
      ...(selects !== undefined && { selector: { app: selects } }),
      ...spec,
    },
    ...(status && { status }),
  };
}

/** Of each family. */
export function sliceObjects({ name, endpoints, ports, targets = TARGET }: SampleService): object[] {
  if (!endpoints) return [];
  return ([4, 6] as const).map((family) => ({
    ...{ apiVersion: "discovery.k8s.io/v1", kind: "EndpointSlice", addressType: `IPv${family}` },
    metadata: {
      ...{ name: `${name}-${family}`, namespace: NAMESPACE },
      labels: { "kubernetes.io/service-name": name },
    },
    ports: (ports ?? [{ name: "tcp" }, { name: "udp", protocol: "UDP" }]).map((port) => {
      const { name: portName, protocol = "TCP" } = port as { name: string; protocol?: "TCP" | "UDP" };
      return { name: portName, protocol, port: protocol === "UDP" ? targets.udp : targets.tcp };
    }),
    endpoints: endpoints.map(({ of, conditions, hints }) => {
      const [kind, own] = of.split(" ") as ["pod" | "node", string];
      const node = kind === "pod" ? `node-${PODS[own]![0]}` : own;
      return {
        addresses: [kind === "pod" ? podIp(own, family) : nodeIp(own, family)],
        nodeName: node,
        ...(conditions && { conditions }),
        ...(hints && { hints }),
      };
    }),
  }));
}
