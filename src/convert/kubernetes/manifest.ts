import type { Policy } from "../../ir/policy.js";

/** A Kubernetes object, and what it was made of. */
export interface Manifest {
  readonly policy: Policy;
  readonly object: object;
}

const LOGGING_ANNOTATION = "policy.network.gke.io/enable-logging";

/** What `metadata` has beside the name. */
export function annotations({ logged }: Pick<Policy, "logged">): { annotations?: Record<string, string> } {
  return logged ? { annotations: { [LOGGING_ANNOTATION]: "true" } } : {};
}
