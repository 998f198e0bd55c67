/** The resources of the API that the agent follows, and what it keeps of their objects. */
import type { KubeObject } from "./kube_object.js";
import { trimNamespace, trimNode, trimPod, trimPolicy, trimService, trimSlice } from "./trim.js";

export interface Resource {
  readonly kind: string;
  readonly apiVersion: string;
  /** Of all objects of the cluster. */
  readonly path: string;
  /** A custom resource that a cluster may lack. */
  readonly optional: boolean;
  /** Keeps of an object what is needed, with its kind, which items of a list lack. */
  readonly read: (object: KubeObject) => KubeObject;
}

function resource(
  kind: string,
  apiVersion: string,
  plural: string,
  trim: (object: KubeObject) => KubeObject,
): Resource {
  const root = apiVersion.includes("/") ? "/apis" : "/api";
  return {
    ...{ kind, apiVersion, path: `${root}/${apiVersion}/${plural}` },
    optional: apiVersion.startsWith("policy."),
    read: (object) => ({ ...trim(object), apiVersion, kind }),
  };
}

const TIERS = "policy.networking.k8s.io";

const INVENTORY = {
  pods: resource("Pod", "v1", "pods", trimPod),
  namespaces: resource("Namespace", "v1", "namespaces", trimNamespace),
  nodes: resource("Node", "v1", "nodes", trimNode),
};

const POLICIES = {
  networkPolicies: resource("NetworkPolicy", "networking.k8s.io/v1", "networkpolicies", trimPolicy),
  clusterNetworkPolicies: resource(
    ...(["ClusterNetworkPolicy", `${TIERS}/v1alpha2`, "clusternetworkpolicies", trimPolicy] as const),
  ),
  adminNetworkPolicies: resource(
    ...(["AdminNetworkPolicy", `${TIERS}/v1alpha1`, "adminnetworkpolicies", trimPolicy] as const),
  ),
  baselineAdminNetworkPolicies: resource(
    ...([
      "BaselineAdminNetworkPolicy",
      `${TIERS}/v1alpha1`,
      "baselineadminnetworkpolicies",
      trimPolicy,
    ] as const),
  ),
};

/** All that decides what is enforced by the API's own policies. */
export const RESOURCES = { ...INVENTORY, ...POLICIES };

/** Followed only where polc serves services. */
export const SERVICE_RESOURCES = {
  services: resource("Service", "v1", "services", trimService),
  endpointSlices: resource("EndpointSlice", "discovery.k8s.io/v1", "endpointslices", trimSlice),
};

/** Followed where bundles are enforced, in the place of the API's own policies. */
export const BUNDLE_RESOURCES = {
  ...INVENTORY,
  policyBundles: {
    ...resource("PolicyBundle", "polc.dev/v1alpha1", "policybundles", (object) => object),
    optional: true,
  },
};
