/** Pod terms by the namespace that they ask for. */
import type { NamespaceMatch, Peer, PodMatch } from "../../ir/policy.js";
import { NO_SPAN } from "../../source/span.js";
import { isContradictory } from "../sets/pod_conditions.js";
import type { NamespacePoint } from "./world.js";
import { selectsNamespace } from "../semantics/select.js";

const ANY_NAMESPACE: NamespaceMatch = {
  kind: "selector",
  selector: { requirements: [], span: NO_SPAN },
  span: NO_SPAN,
};

/** A pod term without its namespaces, and its index. */
export interface AskedPods {
  readonly index: number;
  readonly pods: PodMatch;
}

/** The pod terms that may hold in a namespace. Most name theirs, so they are found by it. */
export function podTermsByNamespace(
  terms: readonly Peer[],
): (namespace: NamespacePoint) => readonly AskedPods[] {
  const named = new Map<string, AskedPods[]>();
  const others: (AskedPods & { namespaces: NamespaceMatch })[] = [];
  for (const [index, term] of terms.entries()) {
    if (term.kind === "block" || isContradictory(term)) continue;
    const { namespaces } = term;
    const asked = { index, pods: podsOnly(term) };
    if (namespaces.kind === "selector") others.push({ ...asked, namespaces });
    else named.set(namespaces.name, [...(named.get(namespaces.name) ?? []), asked]);
  }
  return (namespace) => [
    ...(named.get(namespace.name) ?? []),
    ...others.filter(({ namespaces }) => selectsNamespace(namespaces, namespace)),
  ];
}

/** The match, whatever the namespace. */
export function podsOnly({ pods }: PodMatch): PodMatch {
  return { kind: "pods", namespaces: ANY_NAMESPACE, pods, span: NO_SPAN };
}
