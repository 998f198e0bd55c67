/** What runs in the cluster, as far as it is known: read from manifests, from a pods file, or from the API. */
import type { Span } from "../source/span.js";
import type { Namespaced } from "./namespaced.js";
import type { Protocol } from "./policy.js";

export type Labels = Readonly<Record<string, string>>;

/** Labels always hold `kubernetes.io/metadata.name`, as the API server sets it. */
export interface Namespace {
  readonly name: string;
  readonly labels: Labels;
  /** No manifest describes it, so it may have other labels too. */
  readonly implied?: true;
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

/**
 * What a controller chooses for each pod or each run, such as an ordinal or a hash, and writes into labels of the pod: no
 * manifest tells it.
 */
export interface ChosenValue {
  /** By label, what its value has before the chosen one: `db-` of `statefulset.kubernetes.io/pod-name`. */
  readonly prefixes: Labels;
  /** It is a number, from `first` to `last`, or without end. Else it is any text. */
  readonly numbers?: { readonly first: number; readonly last?: number };
}

/** A pod, or the pods that a workload's template would make (then `workload` is set and `ips` is empty). */
export interface Pod extends Namespaced {
  readonly name: string;
  /** A workload's pods have those that its controller adds too, as far as they are known. */
  readonly labels: Labels;
  /** What the workload's controller adds as well. */
  readonly chosen?: readonly ChosenValue[];
  /** In container order: a port name means its first container port of that name and protocol. */
  readonly ports: readonly ContainerPort[];
  /** Canonical text, IPv4 and IPv6. */
  readonly ips: readonly string[];
  readonly node?: string;
  readonly hostNetwork: boolean;
  readonly workload?: Workload;
  /** Of a running pod: the workload that its `ownerReferences` lead to. */
  readonly owner?: Workload;
  /** Only polc's own: where the pod is on a machine without a container runtime, and which sources it may have. */
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
  readonly nodePort?: number;
  readonly protocol: Protocol;
}

export interface Service extends Namespaced {
  readonly name: string;
  /** undefined: no selector, endpoints are managed by hand. */
  readonly selector?: Labels;
  readonly ports: readonly ServicePort[];
  /** Canonical text. Of a headless service and of one that is only a manifest there are none. */
  readonly clusterIps?: readonly string[];
  /** Of its load balancer, and those that its manifest names. Canonical text. */
  readonly externalIps?: readonly string[];
  /** Its name leads to its pods' own addresses. */
  readonly headless?: true;
  /** Its name is an alias of this one. */
  readonly externalName?: string;
  /** What comes from outside is not passed on to other nodes, so that pods see the address of who sent it. */
  readonly localTraffic?: true;
  readonly span: Span;
}

export interface Inventory {
  readonly namespaces: readonly Namespace[];
  readonly pods: readonly Pod[];
  /** Pods that have ended: they have no network, and their addresses may be other pods' by now. */
  readonly ended?: readonly Pod[];
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
