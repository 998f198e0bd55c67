import { connect } from "../../../cluster/client.js";
import { findCurrent } from "../../../deploy/current.js";
import { fetchBundle } from "../../../deploy/deployed_bundle.js";
import { historyOf, payloadSpec, storedPayloads } from "../../../deploy/payloads.js";
import type { Deploy } from "../../../deploy/payloads.js";
import { planDeploy } from "../../../deploy/plan.js";
import { shortDigest } from "../../../node/describe_plan.js";
import type { Failure } from "../../../node/failure.js";
import { isFailure } from "../../../node/failure.js";
import type { ClusterOptions } from "../../cluster_options.js";
import { fail } from "../../fail.js";
import { bring } from "./bring.js";
import type { RolloutOptions } from "./bring.js";

interface RollbackOptions extends ClusterOptions, RolloutOptions {
  readonly dryRun: boolean;
}

export async function run(digest: string | undefined, options: RollbackOptions): Promise<number> {
  const cluster = await connect(options);
  if (isFailure(cluster)) return failed(cluster);
  const current = await findCurrent(cluster, options.name);
  if (isFailure(current)) return failed(current);
  const payloads = await storedPayloads(cluster);
  if (isFailure(payloads)) return failed(payloads);
  const wanted = chosen(historyOf(options.name, payloads), digest, current.bundle?.spec.digest);
  if (isFailure(wanted)) return failed(wanted);
  const bundle = await fetchBundle(cluster, { digest: wanted.digest, payload: payloadSpec(wanted.names) });
  if (isFailure(bundle)) return failed(bundle);
  // All stay: whoever goes back may go forth again.
  const plan = await planDeploy(cluster, wanted, { name: options.name, keep: Infinity });
  if (isFailure(plan)) return failed(plan);
  const source = `${shortDigest(wanted.digest)} of epoch ${wanted.epoch}`;
  const dryRun = options.dryRun ? "client" : undefined;
  return (await bring(cluster, { command: "deploy rollback", plan, bundle, source, dryRun }, options)).code;
}

function chosen(
  history: readonly Deploy[],
  wanted: string | undefined,
  current: string | undefined,
): Deploy | Failure {
  const others = history.filter(({ digest }) => digest !== current);
  const list = { help: "polc deploy history lists them" };
  if (wanted === undefined)
    return others[0] ?? { error: "the cluster has no other bundle to roll back to", ...list };
  const start = `sha256:${wanted.replace(/^sha256:/, "")}`;
  const found = new Map(
    history.filter(({ digest }) => digest.startsWith(start)).map((each) => [each.digest, each]),
  );
  if (found.size === 1) return [...found.values()][0]!;
  return found.size === 0
    ? { error: `the cluster has no bundle ${wanted}`, ...list }
    : { error: `${wanted} is the beginning of ${found.size} bundles`, ...list };
}

function failed(failure: Failure): number {
  return fail("deploy rollback", failure.error, failure);
}
