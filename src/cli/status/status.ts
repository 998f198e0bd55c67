import type { Command } from "commander";
import { Option } from "commander";
import { lazily } from "../lazily.js";

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
    .action(lazily(() => import("./run.js")));
}
