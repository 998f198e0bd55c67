import type { Command } from "commander";
import { InvalidArgumentError, Option } from "commander";
import { lazily } from "../lazily.js";

export function define(command: Command): void {
  command
    .argument("[paths...]", "policies and the manifests of what runs; - is standard input", ["."])
    .option("--probe <what>", "all pairs on all ports, none, or a file of lines FROM TO PORT/PROTOCOL", "all")
    .option("--keep", "leave the lab running, and say how to enter it", false)
    .option(
      "--nodes <n>",
      "nodes that the pods are spread over; by default those that the paths describe, else 2",
      parseNodes,
    )
    .addOption(
      new Option(
        "--services <mode>",
        "how packets to services get to another node: by direct server return (opt, ipip, geneve), snat, hybrid (UDP by " +
          "snat), by nftables as kube-proxy sets it up; none: services are not served",
      )
        .choices(["opt", "ipip", "geneve", "snat", "hybrid", "nftables", "none"])
        .default("opt"),
    )
    .addOption(
      new Option("-f, --format <format>", "how the result is written")
        .choices(["table", "json"])
        .default("table"),
    )
    .option("--timeout <ms>", "how long an answer may take", parseTimeout, 1000)
    .option(
      "--apply <name>",
      "in this kept lab: replace the policies, and the labels of pods that the paths describe",
    )
    .option("--down [name]", "take this kept lab down; without a name, what killed labs left behind")
    .option("--no-color", "plain text; the default where standard output is no terminal")
    .addHelpText(
      "after",
      "\nNeeds root.\nExit: 0 every connection is as the policies say, 1 one is not, 2 it could not be run.",
    )
    .action(lazily(() => import("./run.js")));
}

function parseNodes(text: string): number {
  if (!/^([1-9]|1[0-6])$/.test(text)) throw new InvalidArgumentError("It is not a number from 1 to 16.");
  return Number(text);
}

function parseTimeout(text: string): number {
  if (!/^[1-9][0-9]{1,4}$/.test(text))
    throw new InvalidArgumentError("It is not a number of milliseconds from 10 to 99999.");
  return Number(text);
}
