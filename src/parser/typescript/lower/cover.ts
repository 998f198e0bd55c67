import type { LabelSelector, NamespaceMatch, PodMatch } from "../../../ir/policy.js";

/** Equal for pods that are written alike, spans aside. */
export function podsKey({ namespaces, pods }: PodMatch): string {
  return JSON.stringify([namespacesKey(namespaces), requirementKeys(pods)]);
}

/**
 * Does `outer` contain every pod of `inner`, whatever pods there are? It does if its conditions are among those of
 * `inner`. True only when certain.
 */
export function covers(outer: PodMatch, inner: PodMatch): boolean {
  const everyNamespace =
    outer.namespaces.kind === "selector" && outer.namespaces.selector.requirements.length === 0;
  if (!everyNamespace && namespacesKey(outer.namespaces) !== namespacesKey(inner.namespaces)) return false;
  const conditions = new Set(requirementKeys(inner.pods));
  return requirementKeys(outer.pods).every((key) => conditions.has(key));
}

function namespacesKey(match: NamespaceMatch): string {
  return JSON.stringify(match.kind === "name" ? match.name : requirementKeys(match.selector));
}

function requirementKeys({ requirements }: LabelSelector): string[] {
  return requirements.map(({ key, operator, values }) => JSON.stringify([key, operator, values]));
}
