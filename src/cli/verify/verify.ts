import type { Command } from "commander";
import { Option } from "commander";
import { lazily } from "../lazily.js";
import { positiveNumber } from "../positive_number.js";

export function define(command: Command): void {
  command
    .argument("<bundle>", "a bundle made by polc build")
    .addOption(
      new Option("-f, --format <format>", "output format").choices(["pretty", "json"]).default("pretty"),
    )
    .option(
      "--max-packets <n>",
      "check at most this many packets of each policy set, evenly sampled (default: 1000000)",
      positiveNumber,
    )
    .addHelpText(
      "after",
      `
Loads the programs into this machine's kernel, and attaches none of them. Needs root.
Exit: 0 every verdict is that of the reference, 1 some verdict is not, 2 the check could not run.`,
    )
    .action(lazily(() => import("./run.js")));
}
