import type { Command } from "commander";
import { InvalidArgumentError, Option } from "commander";
import { lazily } from "../lazily.js";
import { CHOICES } from "./choices.js";

export function define(command: Command): void {
  command
    .argument("[folder]", "the folder to set up", ".")
    .addOption(new Option("--language <language>", "language of the first policy").choices(CHOICES.language))
    .option("--namespace <name>", "namespace of the first policy", parseNamespace)
    .addOption(
      new Option("--hook <tool>", "run polc lint before each commit with this tool").choices(CHOICES.hook),
    )
    .addOption(
      new Option("--ci <service>", "run polc lint on each change with this service").choices(CHOICES.ci),
    )
    .option("-y, --yes", "ask nothing; the default without a terminal", false)
    .addHelpText(
      "after",
      "\nCreates a configuration, a first policy, a hook and a CI file. Existing files are never changed.",
    )
    .action(lazily(() => import("./run.js")));
}

function parseNamespace(text: string): string {
  if (text.length <= 63 && /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/.test(text)) return text;
  throw new InvalidArgumentError("Not a valid namespace name: use lower-case letters, digits and hyphens.");
}
