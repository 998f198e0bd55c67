/** The objects of a cluster of 5,000 pods and 10,000 Services, as an API server tells them: with all that nobody needs. */
import type { KubernetesObject } from "../node/cluster.js";
import { addressOf, NODE_IP, NODE_NAME, nodeCluster } from "../node/cluster.js";

export const SIZE = { pods: 5000, policies: 500, local: 30, subjects: 20 };
export const SERVICES = 10_000;
const NODES = 41;

/** By the path of their list. */
export function clusterObjects(): Map<string, KubernetesObject[]> {
  const { namespaces, policies, pods } = nodeCluster(SIZE);
  const isTier = (policy: KubernetesObject) => policy["kind"] === "ClusterNetworkPolicy";
  const tiers = "/apis/policy.networking.k8s.io";
  const lists = new Map<string, KubernetesObject[]>([
    ["/api/v1/namespaces", namespaces.map((each) => ({ ...each }))],
    ["/api/v1/nodes", Array.from({ length: NODES }, (_, i) => node(i))],
    ["/api/v1/pods", pods.map(asTold)],
    ["/apis/networking.k8s.io/v1/networkpolicies", policies.filter((each) => !isTier(each))],
    [`${tiers}/v1alpha2/clusternetworkpolicies`, policies.filter(isTier)],
    ["/api/v1/services", Array.from({ length: SERVICES }, (_, i) => service(i))],
    ["/apis/discovery.k8s.io/v1/endpointslices", Array.from({ length: SERVICES }, (_, i) => slice(i))],
  ]);
  let version = 0;
  for (const [path, objects] of lists)
    lists.set(
      path,
      objects.map((object) => versioned(object, ++version)),
    );
  return lists;
}

export function versioned(object: KubernetesObject, version: number): KubernetesObject {
  const { metadata, ...rest } = object as { metadata: KubernetesObject };
  const { apiVersion: _, kind: __, ...body } = rest as KubernetesObject;
  const uid = `00000000-0000-4000-8000-${String(version).padStart(12, "0")}`;
  return { metadata: { uid, ...metadata, resourceVersion: String(version) }, ...body };
}

function node(index: number): KubernetesObject {
  const name = index === 0 ? NODE_NAME : `node-${index}`;
  const address = index === 0 ? NODE_IP : `192.168.1.${index}`;
  return {
    metadata: { name, labels: { "kubernetes.io/hostname": name } },
    spec: { podCIDR: `10.${index}.0.0/24` },
    status: { addresses: [{ type: "InternalIP", address }] },
  };
}

/** About 6 kB, as pods of a Deployment are: who set which field, volumes, probes, conditions. */
function asTold(pod: KubernetesObject): KubernetesObject {
  const { metadata, spec, status } = pod as Record<string, KubernetesObject>;
  const fields = Array.from({ length: 60 }, (_, i) => [`f:field-${i}`, { ".": {}, [`f:of-${i}`]: {} }]);
  const condition = (type: string) => ({ type, status: "True", lastTransitionTime: "2026-01-01T00:00:00Z" });
  return {
    metadata: {
      ...metadata,
      annotations: { "kubectl.kubernetes.io/restartedAt": "2026-01-01T00:00:00Z" },
      ownerReferences: [{ kind: "ReplicaSet", name: `${String(metadata!["name"])}-rs`, controller: true }],
      managedFields: [{ manager: "kubelet", operation: "Update", fieldsV1: Object.fromEntries(fields) }],
    },
    spec: {
      ...spec,
      volumes: Array.from({ length: 6 }, (_, i) => ({
        name: `volume-${i}`,
        configMap: { name: `config-${i}` },
      })),
      tolerations: [{ key: "node.kubernetes.io/not-ready", operator: "Exists", effect: "NoExecute" }],
    },
    status: {
      ...status,
      conditions: ["Initialized", "Ready", "ContainersReady", "PodScheduled"].map(condition),
      containerStatuses: [{ name: "main", ready: true, image: `app@sha256:${"0".repeat(64)}` }],
    },
  };
}

function service(index: number): KubernetesObject {
  const clusterIP = `10.96.${index >> 8}.${index & 255}`;
  return {
    metadata: {
      ...{ name: `service-${index}`, namespace: "kube-system", labels: { app: `service-${index}` } },
      managedFields: [{ manager: "kubectl", operation: "Apply", fieldsV1: { "f:spec": { "f:ports": {} } } }],
    },
    spec: {
      ...{ clusterIP, clusterIPs: [clusterIP], type: "ClusterIP", sessionAffinity: "None" },
      ...{ ipFamilies: ["IPv4"], ipFamilyPolicy: "SingleStack", internalTrafficPolicy: "Cluster" },
      ports: [{ name: "http", port: 80, targetPort: 8080, protocol: "TCP" }],
      selector: { app: `service-${index}` },
    },
    status: { loadBalancer: {} },
  };
}

/** Two endpoints each. */
function slice(index: number): KubernetesObject {
  const endpoint = (at: number) => ({
    addresses: [addressOf(at % SIZE.pods)],
    conditions: { ready: true, serving: true, terminating: false },
    nodeName: `node-${at % NODES}`,
    targetRef: { kind: "Pod", name: `pod-${at}`, namespace: "kube-system" },
  });
  return {
    metadata: {
      ...{ name: `service-${index}-x`, namespace: "kube-system", generateName: `service-${index}-` },
      labels: { "kubernetes.io/service-name": `service-${index}` },
      ownerReferences: [{ kind: "Service", name: `service-${index}`, controller: true }],
      managedFields: [
        { manager: "endpointslice-controller", operation: "Update", fieldsV1: { "f:endpoints": {} } },
      ],
    },
    addressType: "IPv4",
    endpoints: [endpoint(index), endpoint(index + 7)],
    ports: [{ name: "http", port: 8080, protocol: "TCP" }],
  };
}
