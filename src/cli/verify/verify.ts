import type { Command } from "commander";
import { Option } from "commander";
import { lazily } from "../lazily.js";
import { positiveNumber } from "../positive_number.js";

export function define(command: Command): void {
  command
    .argument("<bundle>", "what polc build made")
    .addOption(
      new Option("-f, --format <format>", "how the result is written")
        .choices(["pretty", "json"])
        .default("pretty"),
    )
    .option(
      "--max-packets <n>",
      "of one policy set; of more an even sample is taken (default: 1000000)",
      positiveNumber,
    )
    .addHelpText(
      "after",
      `
Loads the programs into this machine's kernel and attaches nothing. Needs root.
Exit: 0 every verdict is the reference's, 1 one is not, 2 it could not be run.`,
    )
    .action(lazily(() => import("./run.js")));
}
