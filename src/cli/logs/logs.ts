import type { Command } from "commander";
import { Option } from "commander";
import { lazily } from "../lazily.js";
import { positiveNumber } from "../positive_number.js";

export function define(command: Command): void {
  command
    .option("--instance <name>", "follow only this installation; defaults to all on this machine")
    .addOption(
      new Option("-f, --format <format>", "output format").choices(["pretty", "json"]).default("pretty"),
    )
    .option("--denied", "only denied connections, and in audit mode those that would be denied", false)
    .option("--policy <name>", "only what this policy decided: NAMESPACE/NAME, or NAME for a tier policy")
    .option("--once", "print the records so far, then exit", false)
    .option("-n, --count <number>", "exit after this many records", positiveNumber)
    .option("--no-color", "plain text; the default when standard output is not a terminal")
    .addHelpText(
      "after",
      "\nRecords are described in docs/log-format.md. Exit: 0 stopped as asked, 2 nothing to follow.",
    )
    .action(lazily(() => import("./run.js")));
}
