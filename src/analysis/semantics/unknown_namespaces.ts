import { NAMESPACE_NAME_LABEL } from "../../ir/inventory.js";
import type { Inventory, Namespace } from "../../ir/inventory.js";
import type { NamespaceMatch, Peer } from "../../ir/policy.js";
import { selects } from "./select.js";

/** The namespaces of known pods that no manifest describes, where some term asks for labels that they may have. */
export function unknownNamespaces(
  terms: readonly Peer[],
  { namespaces }: Pick<Inventory, "namespaces">,
): readonly string[] {
  const implied = namespaces.filter((namespace) => namespace.implied);
  if (implied.length === 0) return [];
  const asking = terms.flatMap((term) => (term.kind === "pods" ? [term.namespaces] : []));
  return implied
    .filter((namespace) => asking.some((match) => asksForMore(match, namespace)))
    .map(({ name }) => name);
}

/** The match may select the namespace, and asks for labels of it that are not known. */
export function asksForMore(match: NamespaceMatch, namespace: Pick<Namespace, "name" | "labels">): boolean {
  if (match.kind === "name" || !mayBeSelected(match, namespace)) return false;
  return match.selector.requirements.some(({ key }) => key !== NAMESPACE_NAME_LABEL);
}

/** By its name, whatever other labels it may have. */
export function mayBeSelected(
  match: NamespaceMatch,
  { name, labels }: Pick<Namespace, "name" | "labels">,
): boolean {
  if (match.kind === "name") return match.name === name;
  const requirements = match.selector.requirements.filter(({ key }) => key === NAMESPACE_NAME_LABEL);
  return selects({ ...match.selector, requirements }, labels);
}

export function unknownNamespacesNote(names: readonly string[]): readonly string[] {
  if (names.length === 0) return [];
  const [all, their] =
    names.length === 1 ? [`namespace ${names[0]}`, "its"] : [`namespaces ${names.join(", ")}`, "their"];
  return [`no file describes ${all}, so ${their} labels are unknown: rules see only the name`];
}
