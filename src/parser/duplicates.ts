import type { Inventory } from "../ir/inventory.js";
import type { Policy } from "../ir/policy.js";
import type { Diagnostic } from "../source/diagnostic.js";
import type { Span } from "../source/span.js";

interface Spanned {
  readonly span: Span;
}

export interface Unique {
  readonly policies: readonly Policy[];
  readonly inventory: Inventory;
  readonly diagnostics: readonly Diagnostic[];
}

/**
 * Keeps the first of the objects that have one kind, namespace and name. Another policy that says the same is a warning;
 * an object that says something else is an error, since which of them ends up in a cluster depends on the order of
 * applying. What runs may be described alike in several folders: that is how overlays and examples are written.
 */
export function removeDuplicates(policies: readonly Policy[], inventory: Inventory): Unique {
  const diagnostics: Diagnostic[] = [];
  const unique = <T extends Spanned>(items: readonly T[], name: (item: T) => string): T[] => {
    const seen = new Map<string, T>();
    for (const item of items) {
      const key = name(item);
      const first = seen.get(key);
      if (!first) seen.set(key, item);
      else if (isPolicy(item) || contents(item) !== contents(first))
        diagnostics.push(duplicateObject(key, item, first));
    }
    return [...seen.values()];
  };
  return {
    policies: unique(policies, (policy) =>
      policy.kind === "NetworkPolicy"
        ? `NetworkPolicy ${policy.namespace}/${policy.name}`
        : `${policy.kind} ${policy.name}`,
    ),
    inventory: {
      namespaces: unique(inventory.namespaces, ({ name }) => `Namespace ${name}`),
      pods: unique(inventory.pods, (pod) => `${pod.workload?.kind ?? "Pod"} ${pod.namespace}/${pod.name}`),
      nodes: inventory.nodes,
      services: unique(inventory.services, (service) => `Service ${service.namespace}/${service.name}`),
    },
    diagnostics,
  };
}

function isPolicy(item: Spanned): boolean {
  return "tier" in item;
}

function duplicateObject(name: string, item: Spanned, first: Spanned): Diagnostic {
  const same = contents(item) === contents(first);
  return {
    rule: "duplicate-object",
    severity: same ? "warning" : "error",
    message: same ? `${name} is written twice` : `${name} is written twice, with different contents`,
    span: item.span,
    notes: [{ message: "first written here", span: first.span }],
    help: same ? "remove one of the two" : "rename one of the two, or make them one",
  };
}

/** What an object says, spans and the order of labels apart. */
function contents(item: Spanned): string {
  return JSON.stringify(item, (key, value: unknown) => {
    if (key === "span") return undefined;
    if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
    return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)));
  });
}
