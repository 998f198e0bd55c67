import type { Command } from "commander";
import { Option } from "commander";
import { lazily } from "../lazily.js";

export function define(command: Command): void {
  command
    .argument(
      "[paths...]",
      "files and folders with Services, EndpointSlices, Nodes and pods; - is standard input",
      ["."],
    )
    .option("--node <name>", "show which endpoints this node chooses from, for clients inside and outside")
    .addOption(new Option("-f, --format <format>", "output format").choices(["text", "json"]).default("text"))
    .option("-c, --config <file>", "use this configuration instead of polc.config.{ts,yaml,yml,json}")
    .option("--no-config", "use no configuration")
    .option("--no-color", "plain text; the default when standard output is not a terminal")
    .addHelpText(
      "after",
      `
The tables are those that nodes get: every address and port with its Service, and every endpoint with its node. Problems go
to standard error, and do not keep the rest from being served.

Endpoints come from EndpointSlices. Of a Service with a selector and without any slice they are made from the pods that have
an address, and a note says so. Read a cluster with:
  kubectl get services,endpointslices,nodes,pods -A -o yaml | polc services -

Exit: 0, 1 if a problem keeps something from being served, 2 error.`,
    )
    .action(lazily(() => import("./run.js")));
}
