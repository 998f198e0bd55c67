import type { Command } from "commander";
import { Option } from "commander";
import { lazily } from "../lazily.js";

export function define(command: Command): void {
  command
    .addOption(
      new Option(
        "--mode <mode>",
        "check for this services.dispatch; defaults to that of the configuration",
      ).choices(["opt", "ipip", "geneve", "snat", "hybrid"]),
    )
    .option("--link <name...>", "links to other nodes and clients; default: those with a default route")
    .option("--path <address>", "send pings to this address of another node, with and without IP options")
    .option("--netns <name>", "look into this network namespace, by name or path")
    .addOption(
      new Option("-f, --format <format>", "output format").choices(["pretty", "json"]).default("pretty"),
    )
    .option("-c, --config <file>", "use this configuration instead of polc.config.{ts,yaml,yml,json}")
    .option("--no-config", "use no configuration")
    .option("--no-color", "plain text; the default when standard output is not a terminal")
    .addHelpText(
      "after",
      `
Changes nothing. Only --path sends packets.

Exit: 0 all of polc can work here, 1 something cannot, 2 it could not look.`,
    )
    .action(lazily(() => import("./run.js")));
}
