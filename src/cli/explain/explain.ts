import type { Command } from "commander";
import { Option } from "commander";
import { lazily } from "../lazily.js";

export function define(command: Command): void {
  command
    .argument("[paths...]", "policy files and folders; - is standard input", ["."])
    .requiredOption("--from <end>", "where the connection comes from")
    .requiredOption("--to <end>", "where the connection goes")
    .option("--port <port>", "destination ports, comma-separated (default: any)", collect)
    .option("--both", "also answer for the opposite direction", false)
    .addOption(
      new Option("-f, --format <format>", "output format").choices(["pretty", "json"]).default("pretty"),
    )
    .option("--no-color", "plain text; the default when standard output is not a terminal")
    .addHelpText(
      "after",
      `
An end is NAMESPACE/NAME or NAMESPACE/KIND/NAME of a pod, a workload or (--to) a Service; NAMESPACE/KEY=VALUE,... for a pod
with exactly these labels; or an address; --to also ADDRESS:PORT of a Service. A port is 8080/tcp, 8000-8100/tcp, 53/udp, 9999/sctp, a port's name, icmp, or any.
Exit: 0 all allowed, 1 some denied, 2 error.`,
    )
    .action(lazily(() => import("./run.js")));
}

function collect(port: string, before: readonly string[] = []): readonly string[] {
  return [...before, port];
}
