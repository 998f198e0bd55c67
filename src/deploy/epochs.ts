/**
 * Epochs of a PolicyBundle only grow, also over its removal: nodes keep the last one that they enforced, and take no older one
 * whatever object names it. So the last one stays in the cluster when all else of a PolicyBundle goes.
 */
import type { Cluster } from "../cluster/client.js";
import { NAMESPACE } from "../cluster/policy_bundle.js";
import type { PolicyBundle } from "../cluster/policy_bundle.js";
import { isNotFound, RESOURCES } from "../cluster/resource.js";
import type { KubeObject } from "../cluster/resource.js";
import type { Failure } from "../node/failure.js";
import { isFailure } from "../node/failure.js";
import type { StoredPayload } from "./payloads.js";

const { configMaps, policyBundles } = RESOURCES;

/** A ConfigMap with the last epoch of each PolicyBundle that was removed, by its name. */
export const EPOCHS = "polc-epochs";

interface EpochsMap extends KubeObject {
  readonly data?: Readonly<Record<string, string>>;
}

/** The last one that any node may have seen; 0: none. */
export async function lastEpoch(
  cluster: Cluster,
  name: string,
  current: PolicyBundle | undefined,
  payloads: readonly StoredPayload[],
): Promise<number | Failure> {
  const map = await cluster.get<EpochsMap>(configMaps, { namespace: NAMESPACE, name: EPOCHS });
  if (isFailure(map) && !isNotFound(map)) return map;
  const kept = isFailure(map) ? 0 : Number(map.data?.[name] ?? 0);
  const recorded = payloads.flatMap(({ deployed }) => deployed.filter(({ bundle }) => bundle === name));
  const seen = [...recorded, ...(current?.status?.nodes ?? [])].map(({ epoch = 0 }) => epoch);
  return Math.max(0, Number.isSafeInteger(kept) ? kept : 0, current?.spec.epoch ?? 0, ...seen);
}

export async function removePolicyBundle(
  cluster: Cluster,
  name: string,
  epoch: number,
): Promise<Failure | undefined> {
  const map = {
    metadata: { name: EPOCHS, namespace: NAMESPACE, labels: { "app.kubernetes.io/managed-by": "polc" } },
    data: { [name]: String(epoch) },
  };
  // A field manager each: an apply removes what its manager had applied before.
  const kept = await cluster.apply(configMaps, map, { fieldManager: `polc-epochs-${name}`, force: true });
  return isFailure(kept) ? kept : cluster.delete(policyBundles, { name });
}
