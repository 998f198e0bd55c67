/** Terms that select pods, filed so that a pod is asked only the terms that one of its labels, or its namespace, can satisfy. */
import { selectsPod } from "../../../analysis/semantics/select.js";
import type { Labels, Pod } from "../../../ir/inventory.js";
import { NAMESPACE_NAME_LABEL } from "../../../ir/inventory.js";
import type { PodMatch } from "../../../ir/policy.js";
import type { NamespaceView } from "../../profiles.js";

export class PodTermIndex {
  private readonly terms = new Map<number, PodMatch>();
  private readonly byLabel = new Map<string, Set<number>>();
  private readonly anywhere = new Set<number>();

  add(number: number, term: PodMatch): void {
    this.terms.set(number, term);
    const needed = neededLabels(term);
    if (!needed) this.anywhere.add(number);
    else for (const label of needed) fileUnder(this.byLabel, label, number);
  }

  remove(number: number): void {
    const needed = neededLabels(this.terms.get(number)!);
    this.terms.delete(number);
    this.anywhere.delete(number);
    for (const label of needed ?? []) takeFrom(this.byLabel, label, number);
  }

  /** The terms that select a pod, ascending. */
  matching(labels: Labels, namespace: NamespaceView): number[] {
    const found = new Set(this.anywhere);
    for (const label of labelIds(labels, namespace))
      for (const number of this.byLabel.get(label) ?? []) found.add(number);
    return [...found]
      .filter((number) =>
        selectsPod(this.terms.get(number)!, { labels } satisfies Pick<Pod, "labels">, namespace),
      )
      .sort((a, b) => a - b);
  }
}

/** One of these labels a pod must have for the term to select it, undefined if the term demands no value at all. */
function neededLabels({ namespaces, pods }: PodMatch): readonly string[] | undefined {
  const ofPod = pods.requirements.find(({ operator }) => operator === "In");
  if (ofPod) return ofPod.values.map((value) => labelId("pod", ofPod.key, value));
  if (namespaces.kind === "name") return [namespaceLabel(namespaces.name)];
  const ofNamespace = namespaces.selector.requirements.find(
    // The name is filed as the API guarantees it; a condition on that label is read from the labels themselves.
    ({ operator, key }) => operator === "In" && key !== NAMESPACE_NAME_LABEL,
  );
  return ofNamespace?.values.map((value) => labelId("namespace", ofNamespace.key, value));
}

/** What a pod with these labels is filed under. */
function labelIds(labels: Labels, namespace: NamespaceView): string[] {
  const ofNamespace = Object.entries(namespace.labels).filter(([key]) => key !== NAMESPACE_NAME_LABEL);
  return [
    ...Object.entries(labels).map(([key, value]) => labelId("pod", key, value)),
    ...ofNamespace.map(([key, value]) => labelId("namespace", key, value)),
    namespaceLabel(namespace.name),
  ];
}

function namespaceLabel(name: string): string {
  return labelId("namespace", NAMESPACE_NAME_LABEL, name);
}

function labelId(part: "pod" | "namespace", key: string, value: string): string {
  return `${part} ${key}=${value}`;
}

export function fileUnder<K, V>(map: Map<K, Set<V>>, key: K, value: V): void {
  const filed = map.get(key);
  if (filed) filed.add(value);
  else map.set(key, new Set([value]));
}

export function takeFrom<K, V>(map: Map<K, Set<V>>, key: K, value: V): void {
  const filed = map.get(key);
  if (filed?.delete(value) && filed.size === 0) map.delete(key);
}
