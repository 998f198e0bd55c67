import type { Bundle } from "../../bundle/bundle.js";
import type { Inventory, Pod } from "../../ir/inventory.js";
import type { Diagnostic } from "../../source/diagnostic.js";
import { namespaceFinder, podKey, subjectsOf } from "../../state/profiles.js";
import { INTERFACE_ANNOTATION, NETNS_ANNOTATION } from "./interface.js";

/** A pod that policies select but that cannot be found must not go unnoticed. */
export function unplacedDiagnostics(
  bundle: Bundle,
  inventory: Inventory,
  unplaced: readonly Pod[],
): readonly Diagnostic[] {
  const subjects = subjectsOf(bundle, unplaced, namespaceFinder(inventory));
  const selected = new Set(subjects.flatMap(({ profile }) => profile.pods));
  return unplaced
    .filter((pod) => selected.has(podKey(pod)))
    .map((pod) => ({
      rule: "unplaced-pod",
      severity: "warning",
      message: `policies select ${podKey(pod)}, but nothing says where it is on this machine: nothing is enforced on it`,
      span: pod.span,
      help: `give it the annotation ${NETNS_ANNOTATION} or ${INTERFACE_ANNOTATION}, or the nodeName of another node`,
    }));
}
