/** The credentials that every pod has. Nothing is loaded for them but this: an agent runs on each node. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Failure } from "../node/failure.js";
import { failureOf } from "../node/failure.js";
import type { Credentials } from "./credentials.js";

const ACCOUNT = "/var/run/secrets/kubernetes.io/serviceaccount";

/** Undefined: this is no pod that has them. */
export function serviceAccount(directory = ACCOUNT, env = process.env): Credentials | Failure | undefined {
  const { KUBERNETES_SERVICE_HOST: host, KUBERNETES_SERVICE_PORT: port = "443" } = env;
  const token = join(directory, "token");
  if (!host || !existsSync(token)) return undefined;
  try {
    const ca = readFileSync(join(directory, "ca.crt"));
    return {
      context: "in-cluster",
      server: `https://${host.includes(":") ? `[${host}]` : host}:${port}`,
      // The kubelet renews the token about every hour.
      authenticate: async (options) => {
        options.ca = ca;
        options.headers = {
          ...options.headers,
          authorization: `Bearer ${readFileSync(token, "utf8").trim()}`,
        };
      },
    };
  } catch (error) {
    return failureOf("reading the service account of this pod", error);
  }
}
