/** What a cluster enforces, as a side of a comparison. */
import { connect } from "../../cluster/client.js";
import type { Cluster } from "../../cluster/client.js";
import { clusterInventory } from "../../deploy/cluster_inventory.js";
import { findCurrent } from "../../deploy/current.js";
import { fetchBundle } from "../../deploy/deployed_bundle.js";
import type { PolicyBundleSpec } from "../../cluster/policy_bundle.js";
import { EMPTY_INVENTORY } from "../../ir/inventory.js";
import type { Failure } from "../../node/failure.js";
import { isFailure } from "../../node/failure.js";
import type { ClusterOptions } from "../cluster_options.js";
import type { ReadInPart } from "./left_out.js";
import { bundleSide } from "./read_side.js";

export interface ClusterSide {
  readonly side: ReadInPart;
  /** What of the cluster could not be read, so that all possible pods are compared. */
  readonly note?: string;
}

export async function readClusterSide(options: ClusterOptions): Promise<ClusterSide | Failure> {
  const cluster = await connect(options);
  if (isFailure(cluster)) return cluster;
  const current = await findCurrent(cluster, options.name);
  return isFailure(current) ? current : deployedSide(cluster, current.bundle?.spec);
}

/** With the workloads of the cluster. Nothing deployed: no policies. */
export async function deployedSide(
  cluster: Cluster,
  spec: Pick<PolicyBundleSpec, "digest" | "payload"> | undefined,
): Promise<ClusterSide | Failure> {
  const name = `cluster ${cluster.context}`;
  const bundle = spec && (await fetchBundle(cluster, spec));
  if (isFailure(bundle)) return bundle;
  const side = bundle ? bundleSide(name, bundle) : emptySide(name);
  const inventory = await clusterInventory(cluster);
  if (isFailure(inventory)) return { side, note: `compared for all possible pods: ${inventory.error}` };
  return { side: { ...side, inventory } };
}

function emptySide(name: string): ReadInPart {
  return {
    ...{ name, policies: [], inventory: EMPTY_INVENTORY, errors: [] },
    fileOf: (file) => file,
    where: ({ file }) => `${name}:${file}`,
  };
}
