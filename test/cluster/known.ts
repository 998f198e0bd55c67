/** Pods and namespaces as the API says, read by the code that reads files: what the reference decides by. */
import type { PodEnd } from "../../src/analysis/semantics/decide.js";
import type { Family } from "../../src/ir/address.js";
import type { Namespace, Pod } from "../../src/ir/inventory.js";
import type { KubeObject } from "../../src/cluster/resource.js";
import { readNamespace, readPod } from "../../src/agent/objects/read.js";
import type { Cluster } from "./cluster.js";
import type { RunningPod } from "./pods.js";

export interface Known {
  readonly end: (pod: RunningPod, family: Family) => PodEnd;
}

export function knownTo(cluster: Cluster): Known {
  const pods = new Map<string, Pod>();
  const namespaces = new Map<string, Namespace>();
  for (const object of listed(cluster, "Pod")) {
    const pod = readPod(object);
    if (pod) pods.set(`${pod.namespace}/${pod.name}`, pod);
  }
  for (const object of listed(cluster, "Namespace")) {
    const namespace = readNamespace(object);
    if (namespace) namespaces.set(namespace.name, namespace);
  }
  return {
    end: ({ namespace, name, ips }, family) => ({
      ...{ kind: "pod", pod: pods.get(`${namespace}/${name}`)!, namespace: namespaces.get(namespace)! },
      ip: ips.find((ip) => ip.includes(":") === (family === 6))!,
    }),
  };
}

function listed(cluster: Cluster, kind: string): KubeObject[] {
  const { items } = JSON.parse(cluster.kubectl("get", kind, "-A", "-o", "json")) as { items: KubeObject[] };
  return items;
}
