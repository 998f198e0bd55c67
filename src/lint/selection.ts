/** Whether matches select known pods, as far as files tell: of some labels they do not show whether a pod has them. */
import { meets } from "../analysis/select.js";
import { NAMESPACE_NAME_LABEL } from "../ir/inventory.js";
import type { Labels, Namespace, Pod } from "../ir/inventory.js";
import type { LabelSelector, NamespaceMatch, PodMatch, Requirement } from "../ir/policy.js";
import { mayBeSame, UNWRITTEN } from "./namespace_scope.js";

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
  const ofNamespace = namespaceSelection(match.namespaces, pod.namespace, described?.labels);
  return ofNamespace === "yes" ? ofPod : ofNamespace;
}

/** A pod with an address runs, and what describes it shows all of its labels. */
export function selectionByLabels(selector: LabelSelector, { labels, ips }: Pod): Selection {
  const isUnknown = (key: string) => ips.length === 0 && !Object.hasOwn(labels, key) && isSetLater(key);
  return selectorSelection(selector, labels, isUnknown);
}

function namespaceSelection(match: NamespaceMatch, name: string, labels: Labels | undefined): Selection {
  if (match.kind === "name") {
    if (match.name === name) return "yes";
    return mayBeSame(match.name, name) ? "unknown" : "no";
  }
  if (name === UNWRITTEN) return selectorSelection(match.selector, {}, () => true);
  if (labels) return selectorSelection(match.selector, labels, () => false);
  const implied = { [NAMESPACE_NAME_LABEL]: name };
  return selectorSelection(match.selector, implied, (key) => key !== NAMESPACE_NAME_LABEL);
}

function selectorSelection(
  { requirements }: LabelSelector,
  labels: Labels,
  isUnknown: (key: string) => boolean,
): Selection {
  const isKnown = ({ key }: Requirement) => !isUnknown(key);
  if (requirements.some((each) => isKnown(each) && !meets(labels, each))) return "no";
  return requirements.every(isKnown) ? "yes" : "unknown";
}
