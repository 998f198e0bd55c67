/** Whether matches select known pods. For some labels, files do not tell whether a pod has them. */
import { meets } from "../../analysis/semantics/select.js";
import { selectionByLabels } from "../../analysis/semantics/selection.js";
import type { Selection } from "../../analysis/semantics/selection.js";
import { NAMESPACE_NAME_LABEL } from "../../ir/inventory.js";
import type { Labels, Namespace, Pod } from "../../ir/inventory.js";
import { writtenNamespace } from "../../ir/namespaced.js";
import type { NamespaceMatch, PodMatch } from "../../ir/policy.js";
import { isUnwritten, mayBeSame } from "../scopes/namespace_scope.js";

/** @param described the pod's namespace, if some file describes it */
export function selectionOf(match: PodMatch, pod: Pod, described: Namespace | undefined): Selection {
  const ofPod = selectionByLabels(match.pods, pod);
  if (ofPod === "no") return "no";
  const ofNamespace = namespaceSelection(match.namespaces, writtenNamespace(pod), described?.labels);
  return ofNamespace === "yes" ? ofPod : ofNamespace;
}

/** @param name of the pod's namespace; undefined: it is not written */
function namespaceSelection(
  match: NamespaceMatch,
  name: string | undefined,
  labels: Labels | undefined,
): Selection {
  if (match.kind === "name") {
    const wanted = isUnwritten(match) ? undefined : match.name;
    if (wanted === name) return "yes";
    return mayBeSame(wanted, name) ? "unknown" : "no";
  }
  let selection: Selection = "yes";
  for (const each of match.selector.requirements) {
    if (name === undefined || !(labels || each.key === NAMESPACE_NAME_LABEL)) selection = "unknown";
    else if (!meets(labels ?? { [NAMESPACE_NAME_LABEL]: name }, each)) return "no";
  }
  return selection;
}
