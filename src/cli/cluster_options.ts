/** What every command that talks to a cluster takes. */
import type { Command } from "commander";

export interface ClusterOptions {
  readonly context?: string;
  readonly kubeconfig?: string;
  readonly name: string;
}

export function withClusterOptions(command: Command): Command {
  return command
    .option("--context <name>", "of the kubeconfig; by default its current one")
    .option("--kubeconfig <file>", "by default $KUBECONFIG, ~/.kube/config, or the pod's service account")
    .option("--name <name>", "of the PolicyBundle in the cluster", "default");
}
