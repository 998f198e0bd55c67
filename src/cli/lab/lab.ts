import type { Command } from "commander";
import { InvalidArgumentError, Option } from "commander";
import { lazily } from "../lazily.js";

export function define(command: Command): void {
  command
    .argument("[paths...]", "policies, and manifests of the pods; - is standard input", ["."])
    .option(
      "--probe <what>",
      "connections to try: all, none, or a file with lines FROM TO PORT/PROTOCOL",
      "all",
    )
    .option("--keep", "leave the lab running, and print how to enter it", false)
    .option(
      "--nodes <n>",
      "number of nodes that share the pods; defaults to the nodes in the manifests, or 2",
      parseNodes,
    )
    .addOption(
      new Option(
        "--services <mode>",
        "how packets to services reach another node: by direct server return (opt, ipip, geneve), by snat, hybrid (TCP by " +
          "opt, UDP by snat), or nftables (the kernel's NAT, set up as kube-proxy does); none serves no services",
      )
        .choices(["opt", "ipip", "geneve", "snat", "hybrid", "nftables", "none"])
        .default("opt"),
    )
    .addOption(
      new Option("-f, --format <format>", "output format").choices(["table", "json"]).default("table"),
    )
    .option("--timeout <ms>", "how long to wait for an answer", parseTimeout, 1000)
    .option(
      "--apply <name>",
      "replace the policies in a kept lab, and the labels of pods that the paths describe",
    )
    .option("--down [name]", "remove a kept lab; without a name, remove what killed labs left behind")
    .option("--no-color", "plain text; the default when standard output is not a terminal")
    .addHelpText(
      "after",
      "\nNeeds root.\nExit: 0 every connection is as the policies say, 1 some connection is not, 2 the lab could not run.",
    )
    .action(lazily(() => import("./run.js")));
}

function parseNodes(text: string): number {
  if (!/^([1-9]|1[0-6])$/.test(text)) throw new InvalidArgumentError("Not a number from 1 to 16.");
  return Number(text);
}

function parseTimeout(text: string): number {
  if (!/^[1-9][0-9]{1,4}$/.test(text))
    throw new InvalidArgumentError("Not a number of milliseconds from 10 to 99999.");
  return Number(text);
}
