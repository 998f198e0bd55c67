import type { Bundle } from "../../../bundle/bundle.js";
import { readBundle } from "../../../bundle/read_bundle.js";
import { connect } from "../../../cluster/client.js";
import { packFiles } from "../../../cluster/payload.js";
import type { Canary } from "../../../deploy/nodes.js";
import { planDeploy } from "../../../deploy/plan.js";
import type { Target } from "../../../deploy/plan.js";
import { count } from "../../../node/describe_plan.js";
import type { Failure } from "../../../node/failure.js";
import { isFailure } from "../../../node/failure.js";
import { readSignatures } from "../../../signing/signature.js";
import { SourceMap } from "../../../source/source_file.js";
import type { ClusterOptions } from "../../cluster_options.js";
import { EXIT } from "../../exit.js";
import { fail } from "../../fail.js";
import { printDiagnostics } from "../../print_diagnostics.js";
import { bring } from "./bring.js";
import type { Brought, RolloutOptions } from "./bring.js";

export interface DeployOptions extends ClusterOptions, RolloutOptions {
  readonly dryRun?: "client" | "server";
  readonly detailedExitcode: boolean;
  readonly keep: number;
  readonly canary?: Canary;
  readonly epoch?: number;
}

export async function deployToCluster(dir: string, options: DeployOptions): Promise<Brought> {
  const { canary, wait, keep, name, epoch } = options;
  if (canary && wait === false)
    return failed({
      error: "--canary with --no-wait",
      help: "nobody would look at the canary nodes: leave one out",
    });
  const read = await readTarget(dir);
  if (typeof read === "number") return { code: read, changes: false };
  const cluster = await connect(options);
  if (isFailure(cluster)) return failed(cluster);
  const plan = await planDeploy(cluster, read.target, { name, keep, canary, epoch });
  if (isFailure(plan)) return failed(plan);
  const { bundle } = read;
  return bring(cluster, { command: "deploy", plan, bundle, source: dir, dryRun: options.dryRun }, options);
}

/** The bundle, or the exit code: what is wrong with it was printed. */
export async function readTarget(
  dir: string,
): Promise<{ readonly bundle: Bundle; readonly target: Required<Target> } | number> {
  const read = await readBundle(dir);
  if (Array.isArray(read)) {
    printDiagnostics(read, new SourceMap());
    return EXIT.usage;
  }
  const bundle = read as Bundle;
  const payload = await packFiles(bundle);
  if (isFailure(payload)) return fail("deploy", payload.error, payload);
  const signatures = readSignatures(dir);
  if (isFailure(signatures)) return fail("deploy", signatures.error, signatures);
  return { bundle, target: { ...payload, signatures, content: contentOf(bundle) } };
}

function contentOf({ manifest: { policies, rules } }: Bundle): string {
  const number = policies.length === 1 ? "1 policy" : `${policies.length} policies`;
  return `${number}, ${count(rules.length, "rule")}`;
}

function failed(failure: Failure): Brought {
  return { code: fail("deploy", failure.error, failure), changes: false };
}
