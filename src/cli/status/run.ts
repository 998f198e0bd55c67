import { printableJson } from "../../lint/format/printable_json.js";
import { describeStatus, isHealthy, statusJson } from "../../node/describe_status.js";
import { isFailure } from "../../node/failure.js";
import { describeLinkage, loaderLinkage } from "../../node/native/linkage.js";
import type { Linkage } from "../../node/native/linkage.js";
import { statusLocal } from "../../node/local.js";
import type { LocalStatus } from "../../node/local.js";
import { needRoot } from "../../node/need_root.js";
import { instances } from "../../node/run_dir.js";
import { colorsFor } from "../../source/pretty.js";
import { EXIT } from "../exit.js";
import { fail } from "../fail.js";
import { hasKubeconfig } from "../has_kubeconfig.js";
import type { StatusOptions } from "./status_options.js";

export async function run(options: StatusOptions): Promise<number> {
  if (asksForCluster(options)) return (await import("./of_cluster.js")).statusOfCluster(options);
  return statusOfMachine(options);
}

/** A cluster is meant if it is named; where nothing is installed, the current one is. */
function asksForCluster({ local, instance, context, kubeconfig }: StatusOptions): boolean {
  if (context !== undefined || kubeconfig !== undefined) return true;
  return !local && instance === undefined && instances().length === 0 && hasKubeconfig();
}

async function statusOfMachine({ instance, format, color }: StatusOptions): Promise<number> {
  const unseen = needRoot();
  const wanted = instance === undefined ? instances() : [instance];
  const statuses = unseen ? [unseen] : await Promise.all(wanted.map((each) => statusLocal(each)));
  // After the statuses: they build the loader where it is missing.
  const linkage = unseen ? undefined : await loaderLinkage();
  const known = statuses.filter((status): status is LocalStatus => !isFailure(status));
  const failures = new Map([...statuses, linkage].filter(isFailure).map((each) => [each.error, each]));
  const loader = isFailure(linkage) ? undefined : linkage;
  if (format === "json") process.stdout.write(`${asJson(known, loader)}\n`);
  else {
    const nothing = statuses.length === 0 ? ["nothing is enforced on this machine"] : [];
    const parts = [
      ...nothing,
      ...asText(known, color),
      ...(failures.size === 0 ? [describeLinkage(loader)] : []),
    ];
    if (parts.length > 0) process.stdout.write(`${parts.join("\n\n")}\n`);
  }
  for (const failure of failures.values()) fail("status", failure.error, failure);
  if (failures.size > 0) return EXIT.usage;
  return known.length > 0 && known.every(isHealthy) ? EXIT.ok : EXIT.findings;
}

function asJson(statuses: readonly LocalStatus[], loader: Linkage | undefined): string {
  const json = { version: 1, loader: loader ?? null, instances: statuses.map(statusJson) };
  return printableJson(JSON.stringify(json, null, 2));
}

function asText(statuses: readonly LocalStatus[], color: boolean): readonly string[] {
  const colors = colorsFor(process.stdout, color);
  return statuses.map((status) => describeStatus(status, colors));
}
