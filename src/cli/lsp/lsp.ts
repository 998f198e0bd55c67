import type { Command } from "commander";
import { lazily } from "../lazily.js";

export function define(command: Command): void {
  command
    .option("--stdio", "speak over standard input and output, the only way there is", true)
    .addHelpText(
      "after",
      "\nFor editors: diagnostics while typing, what a rule matches on hover, quick fixes, and go to the covering rule.",
    )
    .action(lazily(() => import("./run.js")));
}
