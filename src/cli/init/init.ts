import type { Command } from "commander";
import { InvalidArgumentError, Option } from "commander";
import { lazily } from "../lazily.js";
import { CHOICES } from "./choices.js";

export function define(command: Command): void {
  command
    .argument("[folder]", "where to begin", ".")
    .addOption(new Option("--language <language>", "of the first policy").choices(CHOICES.language))
    .option("--namespace <name>", "the namespace of the first policy", parseNamespace)
    .addOption(new Option("--hook <tool>", "what runs polc lint before a commit").choices(CHOICES.hook))
    .addOption(new Option("--ci <service>", "what runs polc lint for each change").choices(CHOICES.ci))
    .option("-y, --yes", "ask nothing; also so where there is no terminal", false)
    .addHelpText(
      "after",
      "\nWrites a configuration, a first policy, a hook and a CI file. A file that is there is never changed.",
    )
    .action(lazily(() => import("./run.js")));
}

function parseNamespace(text: string): string {
  if (text.length <= 63 && /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/.test(text)) return text;
  throw new InvalidArgumentError("It is no name of a namespace: lower-case letters, digits and -.");
}
