/** The bundle that a PolicyBundle names, read from the cluster with all of its digests checked. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Bundle } from "../bundle/bundle.js";
import { fetchChunks } from "../cluster/accept_bundle.js";
import type { Cluster } from "../cluster/client.js";
import { unpackBundle } from "../cluster/payload.js";
import type { PolicyBundleSpec } from "../cluster/policy_bundle.js";
import type { Failure } from "../node/failure.js";
import { isFailure } from "../node/failure.js";

/** Its files are gone when this resolves; what they said is in the bundle. */
export async function fetchBundle(
  cluster: Cluster,
  { digest, payload }: Pick<PolicyBundleSpec, "digest" | "payload">,
): Promise<Bundle | Failure> {
  const chunks = await fetchChunks(cluster, payload);
  if (isFailure(chunks)) return chunks;
  const dir = await mkdtemp(join(tmpdir(), "polc-deployed-"));
  try {
    return await unpackBundle(chunks as readonly Buffer[], join(dir, "bundle"), digest);
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}
