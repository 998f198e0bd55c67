import type { Command } from "commander";
import { Option } from "commander";
import { lazily } from "../lazily.js";

export function define(command: Command): void {
  command
    .argument("[name]", "the rule whose page to show")
    .addOption(
      new Option("-f, --format <format>", "output format").choices(["table", "json"]).default("table"),
    )
    .option("--no-color", "plain text; the default when standard output is not a terminal")
    .addHelpText("after", "\nExit: 0, or 2 if the rule does not exist.")
    .action(lazily(() => import("./run.js")));
}
