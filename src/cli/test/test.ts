import type { Command } from "commander";
import { Option } from "commander";
import { lazily } from "../lazily.js";

export function define(command: Command): void {
  command
    .argument("[paths...]", "policy files, claims files and folders; - is standard input", ["."])
    .addOption(
      new Option("--world <world>", "prove the claims for every cluster, or for the pods in the files")
        .choices(["every-cluster", "inventory"])
        .default("every-cluster"),
    )
    .option("--filter <text>", "only claims that contain this text, or whose file name does")
    .addOption(
      new Option("-f, --format <format>", "output format")
        .choices(["pretty", "json", "junit"])
        .default("pretty"),
    )
    .option("--watch", "test again when a file changes", false)
    .option("--no-color", "plain text; the default when standard output is not a terminal")
    .addHelpText(
      "after",
      "\nExit: 0 every claim holds, 1 a claim is broken or empty, 2 a claim cannot be proved, no claims, or an error.",
    )
    .action(lazily(() => import("./run.js")));
}
