/** What runs in the cluster, as far as known: from manifests, a pods file, or the API. */
import type { Span } from "../source/span.js";
import type { Namespaced } from "./namespaced.js";
import type { Protocol } from "./policy.js";
import type { EndpointSlice, Node, Service } from "./service.js";

export type { EndpointSlice, Node, Service, ServicePort } from "./service.js";

export type Labels = Readonly<Record<string, string>>;

/** Labels always include `kubernetes.io/metadata.name`, which the API server sets. */
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
 * A value that a controller chooses for each pod or run, such as an ordinal or a hash, and writes into the pod's labels.
 * No manifest contains it.
 */
export interface ChosenValue {
  /** The prefix of the chosen value, by label: `db-` for `statefulset.kubernetes.io/pod-name`. */
  readonly prefixes: Labels;
  /** The value is a number from `first` to `last`, or unbounded. Otherwise it is any text. */
  readonly numbers?: { readonly first: number; readonly last?: number };
}

/** A pod, or the pods that a workload's template would create (then `workload` is set and `ips` is empty). */
export interface Pod extends Namespaced {
  readonly name: string;
  /** For a workload, including those that its controller adds, as far as known. */
  readonly labels: Labels;
  /** What the workload's controller also chooses. */
  readonly chosen?: readonly ChosenValue[];
  /** In container order: a port name stands for the first port of that name and protocol. */
  readonly ports: readonly ContainerPort[];
  /** Canonical text, IPv4 and IPv6. */
  readonly ips: readonly string[];
  readonly node?: string;
  readonly hostNetwork: boolean;
  /** Its status says that it takes no traffic. */
  readonly notReady?: true;
  /** It is being deleted. */
  readonly terminating?: true;
  readonly workload?: Workload;
  /** For a running pod: the workload that its `ownerReferences` lead to. */
  readonly owner?: Workload;
  /** Only polc's own annotations: the pod's location on a machine without a container runtime, and the sources it may have. */
  readonly annotations?: Labels;
  readonly span: Span;
}

export interface Inventory {
  readonly namespaces: readonly Namespace[];
  readonly pods: readonly Pod[];
  /** Finished pods: they have no network, and other pods may have their addresses by now. */
  readonly ended?: readonly Pod[];
  readonly nodes: readonly Node[];
  readonly services: readonly Service[];
  readonly slices?: readonly EndpointSlice[];
}

export const EMPTY_INVENTORY: Inventory = Object.freeze({
  namespaces: [],
  pods: [],
  nodes: [],
  services: [],
});

/** The label that the API server sets on every namespace, to its name. */
export const NAMESPACE_NAME_LABEL = "kubernetes.io/metadata.name";
