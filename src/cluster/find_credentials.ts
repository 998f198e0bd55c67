/** Where credentials come from, in the order of kubectl. */
import { existsSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import type { Failure } from "../node/failure.js";
import type { ConnectOptions, Credentials } from "./credentials.js";
import { serviceAccount } from "./service_account.js";

export async function findCredentials(options: ConnectOptions): Promise<Credentials | Failure> {
  const named = options.kubeconfig ?? options.context ?? process.env["KUBECONFIG"];
  const account = named || existsSync(join(homedir(), ".kube/config")) ? undefined : serviceAccount();
  if (account) return account;
  const { readKubeconfig } = await import("./kubeconfig.js");
  return readKubeconfig(options);
}
