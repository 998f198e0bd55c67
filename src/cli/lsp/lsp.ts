import type { Command } from "commander";
import { lazily } from "../lazily.js";

export function define(command: Command): void {
  command
    .option("--stdio", "use standard input and output, the only transport", true)
    .addHelpText(
      "after",
      "\nGives editors diagnostics while typing, hovers that show what a rule matches, quick fixes, and go to the covering rule.",
    )
    .action(lazily(() => import("./run.js")));
}
