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
    .option("--services", "also serve the cluster's Services, replacing kube-proxy")
    .option(
      "--link <name...>",
      "links by which packets come from other nodes; by default that of the node's address",
    )
    .option("--service-objects <dir>", "compiled programs for Services; compiled at start by default")
    .option("--audit", "drop nothing: only report what policies deny")
    .option("--listen <address>", "address of /metrics, /healthz and /readyz; none turns it off", ":9464")
    .addHelpText(
      "after",
      `
It follows the cluster until it is ended. What is enforced stays so, also while it is away.
Exit: 0 it was ended by a signal, 2 it cannot work here.`,
    )
    .action(lazily(() => import("./run.js")));
}
