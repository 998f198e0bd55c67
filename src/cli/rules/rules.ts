import type { Command } from "commander";
import { Option } from "commander";
import { lazily } from "../lazily.js";

export function define(command: Command): void {
  command
    .argument("[name]", "show this rule's page")
    .addOption(
      new Option("-f, --format <format>", "how rules are written")
        .choices(["table", "json"])
        .default("table"),
    )
    .option("--no-color", "plain text; the default where standard output is no terminal")
    .addHelpText("after", "\nExit: 0, or 2 if there is no such rule.")
    .action(lazily(() => import("./run.js")));
}
