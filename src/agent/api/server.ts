/** Which API server to talk to, and how: from inside a pod by its service account, elsewhere by a kubeconfig. */
import { existsSync, readFileSync } from "node:fs";
import type { RequestOptions } from "node:https";
import type { Failure } from "../../node/failure.js";
import { failureOf } from "../../node/failure.js";

export interface ApiServer {
  /** Without a path. */
  readonly url: URL;
  /** Certificates and headers for one request. Tokens are renewed, so they are asked for each time. */
  options(): Promise<Pick<RequestOptions, "ca" | "cert" | "key" | "rejectUnauthorized" | "headers">>;
}

export interface ServerOptions {
  readonly kubeconfig?: string;
  readonly context?: string;
}

const ACCOUNT = "/var/run/secrets/kubernetes.io/serviceaccount";

/**
 * 1. A kubeconfig that is named, or a context.
 * 2. Inside a pod: its service account.
 * 3. Else KUBECONFIG or ~/.kube/config.
 */
export async function findServer(options: ServerOptions = {}): Promise<ApiServer | Failure> {
  const named = options.kubeconfig !== undefined || options.context !== undefined;
  if (!named && process.env.KUBERNETES_SERVICE_HOST && existsSync(`${ACCOUNT}/token`)) return inCluster();
  return fromKubeconfig(options);
}

/** The token is renewed on disk about every hour. */
function inCluster(): ApiServer {
  const { KUBERNETES_SERVICE_HOST: host = "", KUBERNETES_SERVICE_PORT: port = "443" } = process.env;
  const ca = readFileSync(`${ACCOUNT}/ca.crt`);
  return {
    url: new URL(`https://${host.includes(":") ? `[${host}]` : host}:${port}`),
    options: () => {
      const token = readFileSync(`${ACCOUNT}/token`, "utf8").trim();
      return Promise.resolve({ ca, headers: { authorization: `Bearer ${token}` } });
    },
  };
}

/** The client library reads it, with every way to authenticate that it knows; it is loaded for this alone. */
async function fromKubeconfig({ kubeconfig, context }: ServerOptions): Promise<ApiServer | Failure> {
  try {
    const { KubeConfig } = await import("@kubernetes/client-node");
    const config = new KubeConfig();
    if (kubeconfig === undefined) config.loadFromDefault();
    else config.loadFromFile(kubeconfig);
    if (context !== undefined) config.setCurrentContext(context);
    const cluster = config.getCurrentCluster();
    if (!cluster)
      return {
        error: `the kubeconfig has no cluster for the context ${JSON.stringify(config.currentContext ?? "")}`,
        help: `choose one of: ${config.contexts.map(({ name }) => name).join(", ") || "there are none"}`,
      };
    return {
      url: new URL(cluster.server),
      options: async () => {
        const found: RequestOptions = {};
        await config.applyToHTTPSOptions(found);
        const { agent: _, auth: __, ...rest } = found;
        return rest;
      },
    };
  } catch (error) {
    return {
      ...failureOf("reading the kubeconfig", error),
      help: "pass a file to --kubeconfig, or set KUBECONFIG",
    };
  }
}
