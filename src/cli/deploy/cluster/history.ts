import { connect } from "../../../cluster/client.js";
import { findCurrent } from "../../../deploy/current.js";
import { historyOf, storedPayloads } from "../../../deploy/payloads.js";
import type { Deploy } from "../../../deploy/payloads.js";
import { printableJson } from "../../../lint/format/printable_json.js";
import { shortDigest } from "../../../node/describe_plan.js";
import type { Failure } from "../../../node/failure.js";
import { isFailure } from "../../../node/failure.js";
import { printable } from "../../../source/printable.js";
import type { ClusterOptions } from "../../cluster_options.js";
import { EXIT } from "../../exit.js";
import { fail } from "../../fail.js";

interface HistoryOptions extends ClusterOptions {
  readonly format: "pretty" | "json";
}

export async function run(options: HistoryOptions): Promise<number> {
  const cluster = await connect(options);
  if (isFailure(cluster)) return failed(cluster);
  const current = await findCurrent(cluster, options.name);
  if (isFailure(current)) return failed(current);
  const payloads = await storedPayloads(cluster);
  if (isFailure(payloads)) return failed(payloads);
  const epoch = current.bundle?.spec.epoch;
  const history = historyOf(options.name, payloads);
  const text = options.format === "json" ? json(history, epoch) : table(history, epoch);
  process.stdout.write(`${text}\n`);
  return EXIT.ok;
}

function json(history: readonly Deploy[], current: number | undefined): string {
  const deploys = history.map(({ epoch, digest, at, content, signatures }) => ({
    ...{ epoch, digest, at, content, current: epoch === current },
    signedBy: signatures.map(({ keyId }) => keyId),
  }));
  return printableJson(JSON.stringify({ version: 1, deploys }, null, 2));
}

function table(history: readonly Deploy[], current: number | undefined): string {
  if (history.length === 0) return "nothing was deployed that the cluster still has";
  return history
    .map(({ epoch, digest, at, content, signatures }) => {
      const signed =
        signatures.length > 0 ? `signed by ${signatures.map(({ keyId }) => keyId).join(", ")}` : "not signed";
      const mark = epoch === current ? "*" : " ";
      return printable(
        `${mark} epoch ${String(epoch).padEnd(5)} ${at}  ${shortDigest(digest)}  ${content}, ${signed}`,
      );
    })
    .join("\n");
}

function failed(failure: Failure): number {
  return fail("deploy history", failure.error, failure);
}
