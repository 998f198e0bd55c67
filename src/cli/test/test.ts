import type { Command } from "commander";
import { Option } from "commander";
import { lazily } from "../lazily.js";

export function define(command: Command): void {
  command
    .argument("[paths...]", "policy files, claims files and folders; - is standard input", ["."])
    .addOption(
      new Option("--world <world>", "what the claims are proved for: every cluster, or the pods in the files")
        .choices(["every-cluster", "inventory"])
        .default("every-cluster"),
    )
    .option("--filter <text>", "only claims with this text in them, or in the name of their file")
    .addOption(
      new Option("-f, --format <format>", "how the results are written")
        .choices(["pretty", "json", "junit"])
        .default("pretty"),
    )
    .option("--watch", "test again whenever a file changes", false)
    .option("--no-color", "plain text; the default where standard output is no terminal")
    .addHelpText(
      "after",
      "\nExit: 0 every claim holds, 1 one is broken or empty, 2 one could not be proved, no claims, or an error.",
    )
    .action(lazily(() => import("./run.js")));
}
