/** What can change of a cluster, as a node sees it. */
import type { Namespace, Pod } from "../../ir/inventory.js";
import type { Policy } from "../../ir/policy.js";
import type { PolicyName } from "./subjects/policy_store.js";

/** A pod of this node. */
export interface LocalPod {
  readonly pod: Pod;
  /** The host's end of the pod's link, in the network namespace of the node. */
  readonly interface: string;
  /** Path of the pod's network namespace. */
  readonly netns?: string;
}

export type ClusterChange =
  /** A pod comes, or is another now; the one of its name is this one from now on, here too. */
  | { readonly kind: "pod"; readonly pod: Pod }
  | { readonly kind: "pod-gone"; readonly pod: Pick<Pod, "namespace" | "name"> }
  /** A pod has its interface on this node. Its interface has no other pod from now on. */
  | ({ readonly kind: "local" } & LocalPod)
  | { readonly kind: "local-gone"; readonly interface: string }
  | { readonly kind: "namespace"; readonly namespace: Namespace }
  | { readonly kind: "namespace-gone"; readonly name: string }
  /** A policy comes, or takes the place of the one of its name. */
  | { readonly kind: "policy"; readonly policy: Policy }
  | { readonly kind: "policy-gone"; readonly policy: PolicyName };
