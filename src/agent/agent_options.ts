/** What an agent is told, and what of the API it follows for that. */
import type { ResidentOptions } from "../node/resident.js";
import type { LoaderSettings } from "../state/loader_state.js";
import type { Cluster } from "../cluster/client.js";
import type { BundleOptions } from "./bundle/bundle_of_node.js";
import type { PolicyNotice } from "./cluster_view.js";
import type { Resource } from "./objects/resource.js";
import { BUNDLE_RESOURCES, RESOURCES, SERVICE_RESOURCES } from "./objects/resource.js";
import type { MissingPod } from "./places/local_places.js";
import type { ServicesOptions } from "./services/services_of_node.js";

export interface AgentOptions {
  readonly api: Cluster;
  readonly node: { readonly instance: string; readonly name: string; readonly netns?: string };
  readonly shell: ResidentOptions["shell"];
  readonly settings: Partial<LoaderSettings>;
  readonly log: (text: string) => void;
  readonly onNotice: (notice: PolicyNotice) => void;
  /** Serve the cluster's services too, with these programs. */
  readonly services?: ServicesOptions;
  /** Enforce what `polc deploy` brings; left out: the policy objects of the API. */
  readonly bundle?: BundleOptions;
  /** A pod of this node on which nothing is enforced, and why. */
  readonly onMissing: (missing: ReadonlyMap<string, MissingPod>) => void;
}

export type ResourceName = keyof (typeof RESOURCES & typeof SERVICE_RESOURCES & typeof BUNDLE_RESOURCES);

export function resourcesOf({ bundle, services }: Pick<AgentOptions, "bundle" | "services">) {
  const resources: Readonly<Record<string, Resource>> = {
    ...(bundle ? BUNDLE_RESOURCES : RESOURCES),
    ...(services && SERVICE_RESOURCES),
  };
  return Object.entries(resources) as (readonly [ResourceName, Resource])[];
}
