/** What a node's entry in the status of a PolicyBundle counts. */
import type { NodeStatus } from "../../cluster/policy_bundle.js";
import { isFailure } from "../../node/failure.js";
import { loaderStatus } from "../../node/loader_status.js";
import type { LocalPlaces } from "../places/local_places.js";

export async function bundleCounts(
  instance: string,
  netns: string | undefined,
  places: Pick<LocalPlaces, "size" | "missing">,
): Promise<Partial<NodeStatus>> {
  const pods = { pods: places.size, podsMissing: places.missing.size };
  const status = await loaderStatus(instance, netns);
  if (isFailure(status)) return pods;
  const sum = (...names: readonly string[]) =>
    status.counters.reduce((total, { name, value }) => (names.includes(name) ? total + value : total), 0);
  const isSpecialised = status.interfaces.some(({ tier }) => tier === "specialised");
  return {
    ...pods,
    tier: isSpecialised ? "specialised" : "table",
    losses: sum("lost_ring", "lost_budget"),
    denies: sum("denied", "audited"),
  };
}
