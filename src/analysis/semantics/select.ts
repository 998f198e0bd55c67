/** What selectors mean: the label rules of the Kubernetes API (`metav1.LabelSelector`), stated once. */
import type { Labels, Namespace, Pod } from "../../ir/inventory.js";
import { NAMESPACE_NAME_LABEL } from "../../ir/inventory.js";
import type { LabelSelector, NamespaceMatch, PodMatch, Requirement } from "../../ir/policy.js";

/**
 * 1. `In`: the key is present, with one of the values.
 * 2. `NotIn`: the key is absent, or present with another value.
 * 3. `Exists`, `DoesNotExist`: the key is present, absent.
 */
export function meets(labels: Labels, requirement: Requirement): boolean {
  const value = Object.hasOwn(labels, requirement.key) ? labels[requirement.key] : undefined;
  switch (requirement.operator) {
    case "In":
      return value !== undefined && requirement.values.includes(value);
    case "NotIn":
      return value === undefined || !requirement.values.includes(value);
    case "Exists":
      return value !== undefined;
    case "DoesNotExist":
      return value === undefined;
  }
}

/** A selector is a conjunction; the empty one selects everything. */
export function selects(selector: LabelSelector, labels: Labels): boolean {
  for (const requirement of selector.requirements) if (!meets(labels, requirement)) return false;
  return true;
}

export function selectsNamespace(
  match: NamespaceMatch,
  namespace: Pick<Namespace, "name" | "labels">,
): boolean {
  return match.kind === "name" ? match.name === namespace.name : selects(match.selector, namespace.labels);
}

/** Does the match select this pod, which lives in this namespace? */
export function selectsPod(
  match: PodMatch,
  pod: Pick<Pod, "labels">,
  namespace: Pick<Namespace, "name" | "labels">,
): boolean {
  return selectsNamespace(match.namespaces, namespace) && selects(match.pods, pod.labels);
}

/** A namespace that no manifest describes has the one label that the API server sets. */
export function impliedNamespace(name: string): Pick<Namespace, "name" | "labels" | "implied"> {
  return { name, labels: { [NAMESPACE_NAME_LABEL]: name }, implied: true };
}
