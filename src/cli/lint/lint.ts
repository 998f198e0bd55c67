import type { Command } from "commander";
import { lazily } from "../lazily.js";
import { defineOptions } from "./options.js";

export function define(command: Command): void {
  command.argument("[paths...]", "policy files, folders and patterns; - is standard input; default: .");
  defineOptions(command);
  command
    .addHelpText("after", "\nExit: 0 clean, 1 findings, 2 usage or configuration error, or no files.")
    .action(lazily(() => import("./run.js")));
}
