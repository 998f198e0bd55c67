/** The kinds of the API that polc reads and writes, and the paths of their objects. */
import type { Failure } from "../node/failure.js";

export interface Resource {
  /** Empty: the core group. */
  readonly group: string;
  readonly version: string;
  readonly kind: string;
  readonly plural: string;
  readonly namespaced: boolean;
}

export interface ObjectMeta {
  readonly name: string;
  readonly namespace?: string;
  readonly uid?: string;
  readonly resourceVersion?: string;
  readonly generation?: number;
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly creationTimestamp?: string;
  readonly deletionTimestamp?: string;
  readonly ownerReferences?: readonly {
    readonly kind: string;
    readonly name: string;
    readonly controller?: boolean;
  }[];
}

export interface KubeObject {
  readonly apiVersion?: string;
  readonly kind?: string;
  readonly metadata: ObjectMeta;
}

/** `namespace/name`, or the name of what has no namespace. */
export type ObjectKey = string;

export function keyOf({ metadata: { namespace, name } }: KubeObject): ObjectKey {
  return namespace === undefined ? name : `${namespace}/${name}`;
}

function resource(group: string, version: string, kind: string, plural: string, namespaced = true): Resource {
  return { group, version, kind, plural, namespaced };
}

export const RESOURCES = {
  namespaces: resource("", "v1", "Namespace", "namespaces", false),
  nodes: resource("", "v1", "Node", "nodes", false),
  pods: resource("", "v1", "Pod", "pods"),
  services: resource("", "v1", "Service", "services"),
  configMaps: resource("", "v1", "ConfigMap", "configmaps"),
  events: resource("events.k8s.io", "v1", "Event", "events"),
  endpointSlices: resource("discovery.k8s.io", "v1", "EndpointSlice", "endpointslices"),
  deployments: resource("apps", "v1", "Deployment", "deployments"),
  daemonSets: resource("apps", "v1", "DaemonSet", "daemonsets"),
  statefulSets: resource("apps", "v1", "StatefulSet", "statefulsets"),
  cronJobs: resource("batch", "v1", "CronJob", "cronjobs"),
  networkPolicies: resource("networking.k8s.io", "v1", "NetworkPolicy", "networkpolicies"),
  clusterNetworkPolicies: resource(
    "policy.networking.k8s.io",
    "v1alpha2",
    "ClusterNetworkPolicy",
    "clusternetworkpolicies",
    false,
  ),
  adminNetworkPolicies: resource(
    "policy.networking.k8s.io",
    "v1alpha1",
    "AdminNetworkPolicy",
    "adminnetworkpolicies",
    false,
  ),
  baselineAdminNetworkPolicies: resource(
    "policy.networking.k8s.io",
    "v1alpha1",
    "BaselineAdminNetworkPolicy",
    "baselineadminnetworkpolicies",
    false,
  ),
  customResourceDefinitions: resource(
    "apiextensions.k8s.io",
    "v1",
    "CustomResourceDefinition",
    "customresourcedefinitions",
    false,
  ),
  policyBundles: resource("polc.dev", "v1alpha1", "PolicyBundle", "policybundles", false),
} as const;

export function apiVersionOf({ group, version }: Resource): string {
  return group === "" ? version : `${group}/${version}`;
}

/** The path of all objects, of those of a namespace, of one, or of a subresource of it. */
export function pathOf(
  { group, version, plural }: Resource,
  { namespace, name, subresource }: { namespace?: string; name?: string; subresource?: string } = {},
): string {
  const api = group === "" ? `/api/${version}` : `/apis/${group}/${version}`;
  const parts = [
    ...(namespace === undefined ? [] : ["namespaces", namespace]),
    plural,
    ...(name === undefined ? [] : [name]),
    ...(subresource === undefined ? [] : [subresource]),
  ];
  return `${api}/${parts.map(encodeURIComponent).join("/")}`;
}

/** A failure of a request, with what the API server said of it. */
export interface ApiFailure extends Failure {
  /** The HTTP status; undefined: there was no answer. */
  readonly status?: number;
  /** Such as `NotFound`, `Conflict`, `AlreadyExists`, `Expired`. */
  readonly reason?: string;
  /** Before asking again. */
  readonly retryAfterSeconds?: number;
  /** Nothing answers there now, or the connection broke. */
  readonly isAway?: boolean;
}

export function isNotFound(value: unknown): boolean {
  return (value as ApiFailure | undefined)?.status === 404;
}
