/** What runs in the cluster, as far as it is known: read from manifests, from a pods file, or from the API. */
import type { Span } from "../source/span.js";
import type { Protocol } from "./policy.js";

export type Labels = Readonly<Record<string, string>>;

/** Labels always hold `kubernetes.io/metadata.name`, as the API server sets it. */
export interface Namespace {
  readonly name: string;
  readonly labels: Labels;
  readonly span: Span;
}

export interface ContainerPort {
  readonly name?: string;
  readonly port: number;
  readonly protocol: Protocol;
}

export interface Workload {
  readonly kind: string;
  readonly name: string;
}

/** A pod, or the pods that a workload's template would make (then `workload` is set and `ips` is empty). */
export interface Pod {
  readonly namespace: string;
  readonly name: string;
  readonly labels: Labels;
  /** In container order: a port name means its first container port of that name and protocol. */
  readonly ports: readonly ContainerPort[];
  /** Canonical text, IPv4 and IPv6. Empty if the pod has none, or has finished and holds it no more. */
  readonly ips: readonly string[];
  readonly node?: string;
  readonly hostNetwork: boolean;
  readonly workload?: Workload;
  /** Of a running pod: the workload that its `ownerReferences` lead to. */
  readonly owner?: Workload;
  /** Only those of `polc.dev/`: where the pod is on a machine without a container runtime. */
  readonly annotations?: Labels;
  readonly span: Span;
}

export interface Node {
  readonly name: string;
  readonly ips: readonly string[];
}

export interface ServicePort {
  readonly name?: string;
  readonly port: number;
  readonly targetPort: number | string;
  readonly protocol: Protocol;
}

export interface Service {
  readonly namespace: string;
  readonly name: string;
  /** undefined: no selector, endpoints are managed by hand. */
  readonly selector?: Labels;
  readonly ports: readonly ServicePort[];
  /** It has no address (`clusterIP: None`): clients connect to its pods, on the ports of these. */
  readonly headless?: true;
  readonly span: Span;
}

export interface Inventory {
  readonly namespaces: readonly Namespace[];
  readonly pods: readonly Pod[];
  readonly nodes: readonly Node[];
  readonly services: readonly Service[];
}

export const EMPTY_INVENTORY: Inventory = Object.freeze({
  namespaces: [],
  pods: [],
  nodes: [],
  services: [],
});

/** The label that the API server sets on every namespace, to its name. */
export const NAMESPACE_NAME_LABEL = "kubernetes.io/metadata.name";
