/** The resources of the API that the agent follows, and what it keeps of their objects. */
import { apiVersionOf, pathOf, RESOURCES as KINDS } from "../../cluster/resource.js";
import type { KubeObject, Resource as Kind } from "../../cluster/resource.js";
import type { Followed } from "../../cluster/watcher.js";
import { trimNamespace, trimNode, trimPod, trimPolicy, trimService, trimSlice } from "./trim.js";

export interface Resource extends Followed {
  /** Of all objects of the cluster. */
  readonly path: string;
}

/** What is kept of an object has its kind, which items of a list lack. */
function followed(resource: Kind, trim: (object: KubeObject) => KubeObject): Resource {
  const apiVersion = apiVersionOf(resource);
  const { kind, group } = resource;
  return {
    ...resource,
    path: pathOf(resource),
    optional: group.startsWith("policy.") || group === KINDS.policyBundles.group,
    read: (object) => ({ ...trim(object), apiVersion, kind }),
  };
}

const INVENTORY = {
  pods: followed(KINDS.pods, trimPod),
  namespaces: followed(KINDS.namespaces, trimNamespace),
  nodes: followed(KINDS.nodes, trimNode),
};

const POLICIES = {
  networkPolicies: followed(KINDS.networkPolicies, trimPolicy),
  clusterNetworkPolicies: followed(KINDS.clusterNetworkPolicies, trimPolicy),
  adminNetworkPolicies: followed(KINDS.adminNetworkPolicies, trimPolicy),
  baselineAdminNetworkPolicies: followed(KINDS.baselineAdminNetworkPolicies, trimPolicy),
};

/** All that decides what is enforced by the API's own policies. */
export const RESOURCES = { ...INVENTORY, ...POLICIES };

/** Followed only where polc serves services. */
export const SERVICE_RESOURCES = {
  services: followed(KINDS.services, trimService),
  endpointSlices: followed(KINDS.endpointSlices, trimSlice),
};

/** Followed where bundles are enforced, in the place of the API's own policies. */
export const BUNDLE_RESOURCES = {
  ...INVENTORY,
  policyBundles: followed(KINDS.policyBundles, (object) => object),
};
