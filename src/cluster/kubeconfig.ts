/**
 * Which API server, and with which credentials. All of @kubernetes/client-node that polc uses is loaded by this file:
 * it takes long, so only what talks to a cluster imports it, when it runs.
 */
import { KubeConfig } from "@kubernetes/client-node";
import type { Failure } from "../node/failure.js";
import type { ConnectOptions, Credentials } from "./credentials.js";

/** What the library answers where there is no kubeconfig and no service account. */
const NOWHERE = "http://localhost:8080";

export function readKubeconfig({ context, kubeconfig }: ConnectOptions): Credentials | Failure {
  const config = new KubeConfig();
  try {
    if (kubeconfig === undefined) config.loadFromDefault();
    else config.loadFromFile(kubeconfig);
  } catch (error) {
    return {
      error: `the kubeconfig ${kubeconfig ?? process.env["KUBECONFIG"] ?? "~/.kube/config"} cannot be read: ${firstLine(error)}`,
      help: "name another with --kubeconfig",
    };
  }
  const known = (config.contexts ?? []).map(({ name }) => name);
  const name = context ?? config.currentContext;
  if (kubeconfig === undefined && !process.env["KUBECONFIG"] && config.clusters?.[0]?.server === NOWHERE)
    return {
      error: "no cluster: there is no kubeconfig",
      help: "name one with --kubeconfig, or set KUBECONFIG",
    };
  if (!name) return { error: "the kubeconfig has no current context", help: `add --context: ${list(known)}` };
  if (!known.includes(name))
    return { error: `the kubeconfig has no context ${JSON.stringify(name)}`, help: `it has ${list(known)}` };
  config.setCurrentContext(name);
  const cluster = config.getCurrentCluster();
  if (!cluster?.server)
    return {
      error: `context ${JSON.stringify(name)} names a cluster that the kubeconfig does not describe`,
      help: "add the cluster to the kubeconfig, or use another --context",
    };
  return {
    context: name,
    server: cluster.server,
    authenticate: (options) => config.applyToHTTPSOptions(options),
  };
}

function list(names: readonly string[]): string {
  return names.length === 0 ? "no contexts" : names.map((name) => JSON.stringify(name)).join(", ");
}

function firstLine(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).split("\n")[0]!;
}
