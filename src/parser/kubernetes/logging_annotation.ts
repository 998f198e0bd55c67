import { get, textOf } from "../yaml/node.js";
import type { MappingNode } from "../yaml/node.js";

export const LOGGING_ANNOTATION = "policy.network.gke.io/enable-logging";

/** Does the policy enable logging of its verdicts, as on GKE? */
export function isLogged(root: MappingNode): boolean {
  return textOf(get(get(get(root, "metadata"), "annotations"), LOGGING_ANNOTATION)) === "true";
}
