import type { Command } from "commander";
import { Option } from "commander";
import { duration } from "../duration.js";
import { lazily } from "../lazily.js";
import { positiveNumber } from "../positive_number.js";

const MACHINE = ["local", "instance"];

export function define(command: Command): void {
  command
    .addOption(
      new Option("--context <name>", "follow all nodes of this context's cluster").conflicts(MACHINE),
    )
    .addOption(
      new Option("--kubeconfig <file>", "of that cluster; by default as kubectl does").conflicts(MACHINE),
    )
    .option("--node <name...>", "of a cluster: only these nodes")
    .option("--since <duration>", "of a cluster: also records of this time before now, such as 10m", duration)
    .option("--local", "follow this machine; the default if something is installed on it")
    .option("--instance <name>", "of this machine: only this installation; defaults to all of them")
    .addOption(
      new Option("-f, --format <format>", "output format").choices(["pretty", "json"]).default("pretty"),
    )
    .option("-n, --namespace <name>", "only connections from, to, or decided by a policy of this namespace")
    .option("--denied", "only denied connections, and in audit mode those that would be denied", false)
    .option("--policy <name>", "only what this policy decided: NAMESPACE/NAME, or NAME for a tier policy")
    .addOption(new Option("--follow", "go on until Ctrl-C; the default").conflicts("once"))
    .option("--once", "print the records so far, then exit", false)
    .option("--count <number>", "exit after this many records", positiveNumber)
    .option("--no-color", "plain text; the default when standard output is not a terminal")
    .addHelpText(
      "after",
      `
Without --context and --kubeconfig it is the log of this machine, or where nothing is installed, that of the current context's
cluster. Records are described in docs/log-format.md. Exit: 0 stopped as asked, 1 a node delivered nothing or not all, 2 nothing to
follow.`,
    )
    .action(lazily(() => import("./run.js")));
}
