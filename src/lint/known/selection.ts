/** Whether matches select known pods, as far as files tell: of some labels they do not show whether a pod has them. */
import { meets } from "../../analysis/semantics/select.js";
import { selectionByLabels } from "../../analysis/semantics/selection.js";
import type { Selection } from "../../analysis/semantics/selection.js";
import { NAMESPACE_NAME_LABEL } from "../../ir/inventory.js";
import type { Labels, Namespace, Pod } from "../../ir/inventory.js";
import type { NamespaceMatch, PodMatch } from "../../ir/policy.js";
import { mayBeSame, UNWRITTEN } from "../scopes/namespace_scope.js";

/** @param described the pod's namespace, if some file describes it */
export function selectionOf(match: PodMatch, pod: Pod, described: Namespace | undefined): Selection {
  const ofPod = selectionByLabels(match.pods, pod);
  if (ofPod === "no") return "no";
  const ofNamespace = namespaceSelection(match.namespaces, pod.namespace, described?.labels);
  return ofNamespace === "yes" ? ofPod : ofNamespace;
}

function namespaceSelection(match: NamespaceMatch, name: string, labels: Labels | undefined): Selection {
  if (match.kind === "name") {
    if (match.name === name) return "yes";
    return mayBeSame(match.name, name) ? "unknown" : "no";
  }
  let selection: Selection = "yes";
  for (const each of match.selector.requirements) {
    const isKnown = name !== UNWRITTEN && (labels || each.key === NAMESPACE_NAME_LABEL);
    if (!isKnown) selection = "unknown";
    else if (!meets(labels ?? { [NAMESPACE_NAME_LABEL]: name }, each)) return "no";
  }
  return selection;
}
