import { connect } from "../../../cluster/client.js";
import { RESTART_MS } from "../../../cluster/retries.js";
import { findCurrent } from "../../../deploy/current.js";
import { lastEpoch, removePolicyBundle } from "../../../deploy/epochs.js";
import { policyBundlesOf, prunable, removePayloads, storedPayloads } from "../../../deploy/payloads.js";
import { count } from "../../../node/describe_plan.js";
import type { Failure } from "../../../node/failure.js";
import { isFailure } from "../../../node/failure.js";
import type { ClusterOptions } from "../../cluster_options.js";
import { confirmed } from "../../confirm.js";
import { EXIT } from "../../exit.js";
import { fail } from "../../fail.js";

interface UninstallOptions extends ClusterOptions {
  readonly yes: boolean;
}

export async function run(options: UninstallOptions): Promise<number> {
  const { name } = options;
  const cluster = await connect(options);
  if (isFailure(cluster)) return failed(cluster);
  const current = await findCurrent(cluster, name);
  if (isFailure(current)) return failed(current);
  const payloads = await storedPayloads(cluster);
  if (isFailure(payloads)) return failed(payloads);
  const bundles = await policyBundlesOf(cluster);
  if (isFailure(bundles)) return failed(bundles);
  const others = bundles.filter(({ metadata }) => metadata.name !== name);
  const unused = prunable(payloads, others, Infinity, current.bundle);
  const objects = (current.bundle ? 1 : 0) + unused.reduce((sum, { names }) => sum + names.length, 0);
  if (objects === 0) return print("there is nothing to remove");
  process.stdout.write(
    `In cluster ${cluster.context} ${count(objects, "object")} will be removed: PolicyBundle ${name} and its payloads.\n`,
  );
  if (!options.yes && !(await confirmed("Enforce nothing of it any more?"))) return EXIT.findings;
  const epoch = await lastEpoch(cluster, name, current.bundle, payloads);
  if (isFailure(epoch)) return failed(epoch);
  const patient = cluster.patient({ ms: RESTART_MS, onAway });
  const failure = current.bundle && (await removePolicyBundle(patient, name, epoch));
  const left = failure ?? (await removePayloads(patient, unused));
  if (left) return failed(left);
  return print(
    `removed ${count(objects, "object")}; the agents stay: kubectl delete -k manifests removes them`,
  );
}

function onAway({ error }: Failure): void {
  process.stderr.write(`waiting: ${error}\n`);
}

function print(text: string): number {
  process.stdout.write(`${text}\n`);
  return EXIT.ok;
}

function failed(failure: Failure): number {
  return fail("deploy uninstall", failure.error, failure);
}
