import type { Command } from "commander";
import { lazily } from "../lazily.js";

export function define(command: Command): void {
  command
    .option(
      "--live",
      "enforce the policy objects of the API as soon as they change, not what polc deploy brings",
    )
    .option("--bundle <name>", "without --live: the PolicyBundle to enforce", "default")
    .option("--trusted-keys <dir>", "take only bundles that one of these public keys signed")
    .option("--state-dir <dir>", "where bundles are kept over a restart", "/var/lib/polc")
    .option("--node <name>", "this node's name in the API; by default NODE_NAME, or the host's name")
    .option("--kubeconfig <file>", "how to reach the API; by default the service account, or as kubectl does")
    .option("--context <name>", "of the kubeconfig")
    .option("--instance <name>", "what is enforced is called this in polc status; by default as the node")
    .option(
      "--shell <file>",
      "a compiled shell.bpf.o, as a bundle has it; by default POLC_SHELL, or it is compiled",
    )
    .option("--cni-socket <path>", "where polc-cni announces pods; none: nowhere", "/run/polc/agent.sock")
    .option("--chain-cni <dir>", "put polc-cni into the chain of the CNI configuration in this folder")
    .option(
      "--cni-bin <dir>",
      "with --chain-cni: the folder of the CNI plugins, as the node sees it",
      "/opt/cni/bin",
    )
    .option(
      "--open-without-agent",
      "with --chain-cni: pods that start while no agent runs are open, not closed",
    )
    .option("--services", "serve the cluster's Services too, in the place of kube-proxy")
    .option(
      "--link <name...>",
      "links by which packets come from other nodes; by default those with a default route",
    )
    .option(
      "--service-objects <dir>",
      "the compiled programs of services; by default POLC_SERVICE_OBJECTS, or they are compiled",
    )
    .option("-c, --config <file>", "how Services are served, as polc.config says it")
    .option("--audit", "drop nothing: only report what policies deny")
    .option("--listen <address>", "where /metrics, /healthz and /readyz are; none: nowhere", ":9464")
    .option("--print-verdicts", "write every record of the verdict log to standard output, as a line of JSON")
    .addHelpText(
      "after",
      `
It follows the cluster until it is ended. What is enforced stays so, also while it is away.
Exit: 0 it was ended by a signal, 2 it cannot work here.`,
    )
    .action(lazily(() => import("./run.js")));
}
