/** Whether matches select known pods, as far as files tell: of some labels they do not show whether a pod has them. */
import { meets } from "../../analysis/semantics/select.js";
import { NAMESPACE_NAME_LABEL } from "../../ir/inventory.js";
import type { Labels, Namespace, Pod } from "../../ir/inventory.js";
import { writtenNamespace } from "../../ir/namespaced.js";
import type { LabelSelector, NamespaceMatch, PodMatch } from "../../ir/policy.js";
import { isUnwritten, mayBeSame } from "../scopes/namespace_scope.js";

export type Selection = "yes" | "no" | "unknown";

/** Labels that controllers of workloads give to pods, and the API server as it makes or places them. */
const SET_LATER: ReadonlySet<string> = new Set([
  "apps.kubernetes.io/pod-index",
  "batch.kubernetes.io/controller-uid",
  "batch.kubernetes.io/job-completion-index",
  "batch.kubernetes.io/job-name",
  "controller-revision-hash",
  "controller-uid",
  "job-name",
  "pod-template-generation",
  "pod-template-hash",
  "statefulset.kubernetes.io/pod-name",
  "topology.kubernetes.io/region",
  "topology.kubernetes.io/zone",
]);

/** Labels that Istio and Linkerd add to pods. */
const OF_MESHES = /(?:^|\.)(?:istio|linkerd)\.io\//;

/** A pod that some file describes may have such a label though the file does not say so. */
export function isSetLater(key: string): boolean {
  return SET_LATER.has(key) || OF_MESHES.test(key);
}

/** @param described the pod's namespace, if some file describes it */
export function selectionOf(match: PodMatch, pod: Pod, described: Namespace | undefined): Selection {
  const ofPod = selectionByLabels(match.pods, pod);
  if (ofPod === "no") return "no";
  const ofNamespace = namespaceSelection(match.namespaces, writtenNamespace(pod), described?.labels);
  return ofNamespace === "yes" ? ofPod : ofNamespace;
}

/** A pod with an address runs, and what describes it shows all of its labels. */
export function selectionByLabels({ requirements }: LabelSelector, { labels, ips }: Pod): Selection {
  let selection: Selection = "yes";
  for (const each of requirements) {
    if (ips.length === 0 && !Object.hasOwn(labels, each.key) && isSetLater(each.key)) selection = "unknown";
    else if (!meets(labels, each)) return "no";
  }
  return selection;
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
