/** What is deployed in a cluster now. */
import type { Cluster } from "../cluster/client.js";
import type { PolicyBundle } from "../cluster/policy_bundle.js";
import { isNotFound, RESOURCES } from "../cluster/resource.js";
import type { Failure } from "../node/failure.js";
import { isFailure } from "../node/failure.js";

export interface Current {
  /** Undefined: nothing is deployed. */
  readonly bundle?: PolicyBundle;
}

/** A failure if polc's own kind is not installed, or in another version. */
export async function findCurrent(cluster: Cluster, name: string): Promise<Current | Failure> {
  const bundle = await cluster.get<PolicyBundle>(RESOURCES.policyBundles, { name });
  if (!isFailure(bundle)) return { bundle };
  if (!isNotFound(bundle)) return bundle;
  if (bundle.reason === "NotFound") return {};
  return (await otherVersion(cluster)) ?? bundle;
}

async function otherVersion(cluster: Cluster): Promise<Failure | undefined> {
  const { group, version } = RESOURCES.policyBundles;
  const found = await cluster.raw<{ versions: readonly { version: string }[] }>(`/apis/${group}`);
  if (isFailure(found)) {
    if (!isNotFound(found)) return found;
    return {
      error: `polc is not installed in the cluster of context ${JSON.stringify(cluster.context)}`,
      help: "install it: kubectl apply -k manifests (docs/deploy.md), or use another --context",
    };
  }
  const versions = found.versions.map((each) => each.version);
  return {
    error: `the cluster has PolicyBundles of ${group} ${versions.join(", ")}, this polc writes ${version}`,
    help: "use the polc version that the cluster's manifests came from, or install this version's (docs/deploy.md)",
  };
}
