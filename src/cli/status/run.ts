import { printableJson } from "../../lint/format/printable_json.js";
import { describeStatus, isHealthy, statusJson } from "../../node/describe_status.js";
import { isFailure } from "../../node/failure.js";
import { statusLocal } from "../../node/local.js";
import type { LocalStatus } from "../../node/local.js";
import { needRoot } from "../../node/need_root.js";
import { instances } from "../../node/run_dir.js";
import { colorsFor } from "../../source/pretty.js";
import { EXIT } from "../exit.js";
import { fail } from "../fail.js";

interface StatusOptions {
  readonly instance?: string;
  readonly format: "pretty" | "json";
  readonly color: boolean;
}

export async function run({ instance, format, color }: StatusOptions): Promise<number> {
  const unseen = needRoot();
  const wanted = instance === undefined ? instances() : [instance];
  const statuses = unseen ? [unseen] : await Promise.all(wanted.map((each) => statusLocal(each)));
  const known = statuses.filter((status): status is LocalStatus => !isFailure(status));
  if (format === "json") process.stdout.write(`${asJson(known)}\n`);
  else if (statuses.length === 0) process.stdout.write("nothing is enforced on this machine\n");
  else if (known.length > 0) process.stdout.write(`${asText(known, color)}\n`);
  const failures = new Map(statuses.filter(isFailure).map((each) => [each.error, each]));
  for (const failure of failures.values()) fail("status", failure.error, failure);
  if (failures.size > 0) return EXIT.usage;
  return known.length > 0 && known.every(isHealthy) ? EXIT.ok : EXIT.findings;
}

function asJson(statuses: readonly LocalStatus[]): string {
  return printableJson(JSON.stringify({ version: 1, instances: statuses.map(statusJson) }, null, 2));
}

function asText(statuses: readonly LocalStatus[], color: boolean): string {
  const colors = colorsFor(process.stdout, color);
  return statuses.map((status) => describeStatus(status, colors)).join("\n\n");
}
