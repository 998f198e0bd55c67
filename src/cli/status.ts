import type { Command } from "commander";
import { Option } from "commander";
import type { LocalStatus } from "../agent/local.js";
import { EXIT } from "./exit.js";

interface StatusOptions {
  readonly instance?: string;
  readonly format: "pretty" | "json";
  readonly color: boolean;
}

export function define(command: Command): void {
  command
    .option("--instance <name>", "only this one; by default all of this machine")
    .addOption(
      new Option("-f, --format <format>", "how it is written").choices(["pretty", "json"]).default("pretty"),
    )
    .option("--no-color", "plain text; the default where standard output is no terminal")
    .addHelpText(
      "after",
      "\nExit: 0 enforced as deployed, 1 a problem or nothing enforced, 2 it cannot be told.",
    )
    .action(run);
}

async function run(options: StatusOptions): Promise<void> {
  const [
    { instances },
    { needRoot },
    { statusLocal },
    { describeStatus, problemsOf, statusJson },
    { describeLinkage, loaderLinkage },
    { describeFailure, isFailure },
    { colorsFor },
    { printableJson },
  ] = await Promise.all([
    import("../agent/run_dir.js"),
    import("../agent/need_root.js"),
    import("../agent/local.js"),
    import("../agent/describe_status.js"),
    import("../agent/linkage.js"),
    import("../agent/failure.js"),
    import("../source/pretty.js"),
    import("../lint/format/printable_json.js"),
  ]);
  const wanted = options.instance === undefined ? instances() : [options.instance];
  const unseen = needRoot();
  const statuses = unseen ? [unseen] : await Promise.all(wanted.map((instance) => statusLocal(instance)));
  // After the statuses: they build the loader where it is missing.
  const linkage = unseen ? undefined : await loaderLinkage();
  const known = statuses.filter((status): status is LocalStatus => !isFailure(status));
  const failures = [...statuses, linkage].filter(isFailure);
  const loader = isFailure(linkage) ? undefined : linkage;
  if (options.format === "json") {
    const json = { version: 1, loader: loader ?? null, instances: known.map(statusJson) };
    process.stdout.write(`${printableJson(JSON.stringify(json, null, 2))}\n`);
  } else {
    const colors = colorsFor(process.stdout, options.color);
    const parts = [
      ...(statuses.length === 0 ? ["nothing is enforced on this machine"] : []),
      ...known.map((status) => describeStatus(status, colors)),
      ...(failures.length === 0 ? [describeLinkage(loader)] : []),
    ];
    if (parts.length > 0) process.stdout.write(`${parts.join("\n\n")}\n`);
  }
  for (const text of new Set(failures.map(describeFailure))) process.stderr.write(`polc status: ${text}\n`);
  const healthy =
    known.length > 0 && known.every((status) => status.loader.epoch > 0 && problemsOf(status).length === 0);
  process.exitCode = failures.length > 0 ? EXIT.usage : healthy ? EXIT.ok : EXIT.findings;
}
