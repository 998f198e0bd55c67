import type { Command } from "commander";
import { Option } from "commander";
import { lazily } from "../lazily.js";

export function define(command: Command): void {
  command
    .argument("[paths...]", "policy files and folders; - is standard input", ["."])
    .addOption(
      new Option("--to <form>", "what to write; defaults to the other format").choices(["yaml", "ts"]),
    )
    .option("-o, --out <path>", "a file, or a folder for one file per namespace; defaults to standard output")
    .option("--force", "overwrite existing files", false)
    .addHelpText(
      "after",
      `
The converted policies are proved to decide every connection in every cluster as the originals do.

Exit: 0 converted, 1 converted with losses that affect no connection (each is reported), or not expressible in the other
format (nothing is written), 2 usage, no policies, errors in them, or a file already exists.`,
    )
    .action(lazily(() => import("./run.js")));
}
