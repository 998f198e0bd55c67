import type { Bundle } from "../../bundle/bundle.js";
import type { Inventory, Pod } from "../../ir/inventory.js";
import type { Policy } from "../../ir/policy.js";
import type { Diagnostic } from "../../source/diagnostic.js";
import { concerns, namespaceFinder, podKey } from "../../state/profiles.js";
import { INTERFACE_ANNOTATION, NETNS_ANNOTATION } from "./interface.js";

/** A pod that policies select but that cannot be found must not go unnoticed. */
export function unplacedDiagnostics(
  bundle: Bundle,
  inventory: Inventory,
  unplaced: readonly Pod[],
): readonly Diagnostic[] {
  const namespaceOf = namespaceFinder(inventory);
  const selects = (policy: Policy, pod: Pod) =>
    (policy.tier !== "networkpolicy" || policy.namespace === pod.namespace) &&
    concerns(policy, pod, namespaceOf(pod.namespace));
  return unplaced
    .filter((pod) => bundle.policies.some((policy) => selects(policy, pod)))
    .map((pod) => ({
      rule: "unplaced-pod",
      severity: "warning",
      message: `policies select ${podKey(pod)}, but no annotation locates it on this machine, so nothing is enforced on it`,
      span: pod.span,
      help: `give it the annotation ${NETNS_ANNOTATION} or ${INTERFACE_ANNOTATION}, or the nodeName of another node`,
    }));
}
