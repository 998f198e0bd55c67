import type { Command } from "commander";
import { Option } from "commander";
import { lazily } from "../lazily.js";

export function define(command: Command): void {
  command
    .argument("[before]", "files, a folder, a bundle, or a git revision: REV or REV:PATH", "HEAD")
    .argument("[after]", "the same; by default what is in the working tree now")
    .addOption(
      new Option(
        "--world <world>",
        "the pods in the files, or every possible cluster; by default the pods if there are any",
      ).choices(["inventory", "every-cluster"]),
    )
    .addOption(
      new Option("-f, --format <format>", "how the changes are written")
        .choices(["pretty", "json", "markdown"])
        .default("pretty"),
    )
    .addOption(
      new Option("--fail-on <changes>", "exit 1 if there are such changes").choices([
        "opened",
        "closed",
        "any",
      ]),
    )
    .option("--no-color", "plain text; the default where standard output is no terminal")
    .addHelpText("after", "\nExit: 0 compared, 1 changes that --fail-on names, 2 error.")
    .action(lazily(() => import("./run.js")));
}
