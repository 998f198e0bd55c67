import type { Command } from "commander";
import { Option } from "commander";
import { lazily } from "../lazily.js";

const MACHINE = ["local", "instance"];

export function define(command: Command): void {
  command
    .addOption(new Option("--context <name>", "show the nodes of this context's cluster").conflicts(MACHINE))
    .addOption(
      new Option("--kubeconfig <file>", "of that cluster; by default as kubectl does").conflicts(MACHINE),
    )
    .option("--name <name>", "of the PolicyBundle in the cluster", "default")
    .option("--local", "show this machine; the default if something is installed on it")
    .option("--instance <name>", "show only this installation; defaults to all on this machine")
    .addOption(
      new Option("-f, --format <format>", "output format").choices(["pretty", "json"]).default("pretty"),
    )
    .option("--no-color", "plain text; the default when standard output is not a terminal")
    .addHelpText(
      "after",
      `
Without --context and --kubeconfig it shows this machine, or where nothing is installed, the current context's cluster.
Exit: 0 enforced as deployed, 1 a problem or nothing enforced, 2 the status cannot be read.`,
    )
    .action(lazily(() => import("./run.js")));
}
