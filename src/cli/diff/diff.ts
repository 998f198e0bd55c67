import type { Command } from "commander";
import { Option } from "commander";
import { lazily } from "../lazily.js";

export function define(command: Command): void {
  command
    .argument("[before]", "files, a folder, a bundle, or a git revision: REV or REV:PATH", "HEAD")
    .argument("[after]", "the same; defaults to the working tree")
    .addOption(
      new Option(
        "--world <world>",
        "compare for the pods in the files, or for every possible cluster; defaults to the pods, if any",
      ).choices(["inventory", "every-cluster"]),
    )
    .addOption(
      new Option("-f, --format <format>", "output format")
        .choices(["pretty", "json", "markdown"])
        .default("pretty"),
    )
    .addOption(
      new Option("--fail-on <changes>", "exit 1 on such changes").choices(["opened", "closed", "any"]),
    )
    .addOption(
      new Option("--against <what>", "compare what is deployed in a cluster with the one argument").choices([
        "cluster",
      ]),
    )
    .option("--context <name>", "kubeconfig context of the cluster; defaults to the current one")
    .option(
      "--kubeconfig <file>",
      "kubeconfig file; defaults to $KUBECONFIG, ~/.kube/config, or the service account",
    )
    .option("--name <name>", "name of the PolicyBundle in the cluster", "default")
    .option("--no-color", "plain text; the default when standard output is not a terminal")
    .addHelpText(
      "after",
      "\nWith --against cluster, the pods are those of the cluster, and the default is to compare with the current folder.\n\nExit: 0 compared, 1 there are changes that --fail-on names, 2 error.",
    )
    .action(lazily(() => import("./run.js")));
}
