import type { Command } from "commander";
import { lazily } from "../lazily.js";

export function define(command: Command): void {
  command
    .option(
      "--live",
      "enforce the policy objects of the API as soon as they change, not what polc deploy brings",
    )
    .option("--bundle <name>", "without --live: the PolicyBundle to enforce", "default")
    .option("--trusted-keys <dir>", "accept only bundles signed by one of these public keys")
    .option("--state-dir <dir>", "folder that keeps bundles across restarts", "/var/lib/polc")
    .option("--node <name>", "this node's name in the API; defaults to $NODE_NAME, then to the host name")
    .option("--kubeconfig <file>", "kubeconfig file; defaults to the service account, then to kubectl's")
    .option("--context <name>", "kubeconfig context")
    .option("--instance <name>", "name of the installation in polc status; defaults to the node's")
    .option(
      "--shell <file>",
      "a compiled shell.bpf.o, as a bundle has it; by default POLC_SHELL, or it is compiled",
    )
    .option(
      "--cni-socket <path>",
      "socket on which polc-cni announces pods; none turns it off",
      "/run/polc/agent.sock",
    )
    .option("--chain-cni <dir>", "add polc-cni to the CNI configuration in this folder")
    .option("--cni-bin <dir>", "with --chain-cni: the folder of the CNI plugins on the node", "/opt/cni/bin")
    .option(
      "--open-without-agent",
      "with --chain-cni: leave pods that start while no agent runs open, not closed",
    )
    .option("--services", "also serve the cluster's Services, replacing kube-proxy")
    .option(
      "--link <name...>",
      "links by which packets come from other nodes; by default those with a default route",
    )
    .option(
      "--service-objects <dir>",
      "compiled programs for Services; defaults to POLC_SERVICE_OBJECTS, or compiles them at start",
    )
    .option("-c, --config <file>", "read how to serve Services from this polc.config")
    .option("--audit", "drop nothing: only report what policies deny")
    .option(
      "--hold-new-pods",
      "close new interfaces of pods until the API says whose they are; for nodes without polc-cni",
    )
    .option("--listen <address>", "address of /metrics, /healthz and /readyz; none turns it off", ":9464")
    .option("--print-verdicts", "write each verdict to standard output as a line of JSON")
    .addHelpText(
      "after",
      `
It follows the cluster until it is ended. What is enforced stays so, also while it is away.
Exit: 0 it was ended by a signal, 2 it cannot work here.`,
    )
    .action(lazily(() => import("./run.js")));
}
