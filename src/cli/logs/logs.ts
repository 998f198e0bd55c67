import type { Command } from "commander";
import { Option } from "commander";
import { lazily } from "../lazily.js";
import { positiveNumber } from "../positive_number.js";

export function define(command: Command): void {
  command
    .option("--instance <name>", "only this one; by default all of this machine")
    .addOption(
      new Option("-f, --format <format>", "how records are written")
        .choices(["pretty", "json"])
        .default("pretty"),
    )
    .option("--denied", "only what was denied, or would be in audit mode", false)
    .option("--policy <name>", "only what this policy decided: NAMESPACE/NAME, or NAME for a tier")
    .option("--once", "what is there already, then end", false)
    .option("-n, --count <number>", "end after this many records", positiveNumber)
    .option("--no-color", "plain text; the default where standard output is no terminal")
    .addHelpText(
      "after",
      "\nRecords are described in docs/log-format.md. Exit: 0 ended as asked, 2 nothing to follow.",
    )
    .action(lazily(() => import("./run.js")));
}
