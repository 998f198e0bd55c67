import type { Command } from "commander";
import { Option } from "commander";
import { lazily } from "../lazily.js";

export function define(command: Command): void {
  command
    .option("--instance <name>", "show only this installation; defaults to all on this machine")
    .addOption(
      new Option("-f, --format <format>", "output format").choices(["pretty", "json"]).default("pretty"),
    )
    .option("--no-color", "plain text; the default when standard output is not a terminal")
    .addHelpText(
      "after",
      "\nExit: 0 enforced as deployed, 1 a problem or nothing enforced, 2 the status cannot be read.",
    )
    .action(lazily(() => import("./run.js")));
}
