/** Kubernetes API selectors, in their shortest form. */
import { NAMESPACE_NAME_LABEL } from "../../ir/inventory.js";
import type { LabelSelector, NamespaceMatch } from "../../ir/policy.js";

export interface SelectorObject {
  matchLabels?: Record<string, string>;
  matchExpressions?: { key: string; operator: string; values?: readonly string[] }[];
}

/** `matchLabels` for a label with one value; `matchExpressions` for further conditions on it and everything else. */
export function selectorObject({ requirements }: LabelSelector): SelectorObject {
  const labels = new Map<string, string>();
  const expressions: NonNullable<SelectorObject["matchExpressions"]> = [];
  for (const { key, operator, values } of requirements) {
    const [only] = values;
    if (operator === "In" && values.length === 1 && !labels.has(key)) labels.set(key, only!);
    else expressions.push({ key, operator, ...(values.length > 0 && { values }) });
  }
  return {
    ...(labels.size > 0 && { matchLabels: Object.fromEntries(labels) }),
    ...(expressions.length > 0 && { matchExpressions: expressions }),
  };
}

/** A namespace is selected by the name label that the API server sets. */
export function namespaceSelectorObject(match: NamespaceMatch): SelectorObject {
  return match.kind === "name"
    ? { matchLabels: { [NAMESPACE_NAME_LABEL]: match.name } }
    : selectorObject(match.selector);
}
