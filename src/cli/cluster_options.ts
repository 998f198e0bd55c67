/** What every command that talks to a cluster takes. */
import type { Command } from "commander";

export interface ClusterOptions {
  readonly context?: string;
  readonly kubeconfig?: string;
  readonly name: string;
}

export function withClusterOptions(command: Command): Command {
  return command
    .option("--context <name>", "kubeconfig context; defaults to the current one")
    .option(
      "--kubeconfig <file>",
      "kubeconfig file; defaults to $KUBECONFIG, ~/.kube/config, or the service account",
    )
    .option("--name <name>", "name of the PolicyBundle in the cluster", "default");
}
