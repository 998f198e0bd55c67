import type { Command } from "commander";
import { Option } from "commander";
import { lazily } from "../lazily.js";

export function define(command: Command): void {
  command
    .argument("[paths...]", "policy files and folders; - is standard input", ["."])
    .requiredOption("--from <end>", "where the connection comes from")
    .requiredOption("--to <end>", "where it goes")
    .option("--port <port>", "destination port, several with commas between (default: any)", collect)
    .option("--both", "ask for the other direction as well", false)
    .addOption(
      new Option("-f, --format <format>", "how the answer is written")
        .choices(["pretty", "json"])
        .default("pretty"),
    )
    .option("--no-color", "plain text; the default where standard output is no terminal")
    .addHelpText(
      "after",
      `
An end is NAMESPACE/NAME or NAMESPACE/KIND/NAME of a pod, a workload or (--to) a Service, NAMESPACE/KEY=VALUE,... for a pod
with just these labels, or an address. A port is 8080/tcp, 8000-8100/tcp, 53/udp, 9999/sctp, a port's name, icmp, or any.
Exit: 0 all allowed, 1 some denied, 2 error.`,
    )
    .action(lazily(() => import("./run.js")));
}

function collect(port: string, before: readonly string[] = []): readonly string[] {
  return [...before, port];
}
