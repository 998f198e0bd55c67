import type { Command } from "commander";
import { Option } from "commander";
import { lazily } from "../lazily.js";

export function define(command: Command): void {
  command
    .argument("[paths...]", "policy files and folders; - is standard input", ["."])
    .addOption(
      new Option("--to <form>", "what to write; by default what the policies are not").choices([
        "yaml",
        "ts",
      ]),
    )
    .option("-o, --out <path>", "a file, or a folder for a file a namespace; by default standard output")
    .option("--force", "write over files that are there", false)
    .addHelpText(
      "after",
      `
What is written has been read again and decides every flow of every cluster alike.

Exit: 0 converted, 1 converted and something is lost that decides no connection (it is named), or the other form cannot
say it (nothing is written), 2 usage, no policies, errors in them, or a file is there.`,
    )
    .action(lazily(() => import("./run.js")));
}
