import type { Command } from "commander";
import { Option } from "commander";
import type { LocalStatus } from "../node/local.js";
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
    { describeFailure, isFailure },
    { colorsFor },
    { printableJson },
  ] = await Promise.all([
    import("../node/run_dir.js"),
    import("../node/need_root.js"),
    import("../node/local.js"),
    import("../node/describe_status.js"),
    import("../node/failure.js"),
    import("../source/pretty.js"),
    import("../lint/format/printable_json.js"),
  ]);
  const wanted = options.instance === undefined ? instances() : [options.instance];
  const unseen = needRoot();
  const statuses = unseen ? [unseen] : await Promise.all(wanted.map((instance) => statusLocal(instance)));
  const known = statuses.filter((status): status is LocalStatus => !isFailure(status));
  const failures = statuses.filter(isFailure);
  const colors = colorsFor(process.stdout, options.color);
  if (options.format === "json")
    process.stdout.write(
      `${printableJson(JSON.stringify({ version: 1, instances: known.map(statusJson) }, null, 2))}\n`,
    );
  else if (statuses.length === 0) process.stdout.write("nothing is enforced on this machine\n");
  else if (known.length > 0)
    process.stdout.write(`${known.map((status) => describeStatus(status, colors)).join("\n\n")}\n`);
  for (const text of new Set(failures.map(describeFailure))) process.stderr.write(`polc status: ${text}\n`);
  const healthy =
    known.length > 0 && known.every((status) => status.loader.epoch > 0 && problemsOf(status).length === 0);
  process.exitCode = failures.length > 0 ? EXIT.usage : healthy ? EXIT.ok : EXIT.findings;
}
