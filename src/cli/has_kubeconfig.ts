import { existsSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";

/** Is there one where kubectl looks? Without it no cluster can be meant. */
export function hasKubeconfig(): boolean {
  return Boolean(process.env["KUBECONFIG"]) || existsSync(join(homedir(), ".kube/config"));
}
