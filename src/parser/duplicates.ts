import type { Inventory } from "../ir/inventory.js";
import { KEYS_OF_WRITING } from "../ir/namespaced.js";
import type { Namespaced } from "../ir/namespaced.js";
import type { Policy } from "../ir/policy.js";
import { policyName } from "../ir/policy_name.js";
import type { Diagnostic, ObjectName } from "../source/diagnostic.js";
import type { Span } from "../source/span.js";

interface Spanned {
  readonly span: Span;
}

type Placed = Spanned & Namespaced;

/** An object with the kind, namespace and name of one that was written before it. */
export interface Duplicate {
  /** Such as "NetworkPolicy shop/web". */
  readonly name: string;
  readonly isPolicy: boolean;
  /** A pod, or what makes pods. */
  readonly isPod: boolean;
  readonly span: Span;
  readonly first: Span;
  /** The one that was written before, and this one. */
  readonly items: readonly [Spanned, Spanned];
  /** Both say the same, spans and the order of labels apart. */
  readonly same: boolean;
}

export interface Unique {
  readonly policies: readonly Policy[];
  readonly inventory: Inventory;
  readonly duplicates: readonly Duplicate[];
}

/** Keeps the first of the objects that have one kind, namespace and name; `namespaceOf` tells namespaces apart. */
export function removeDuplicates(
  policies: readonly Policy[],
  inventory: Inventory,
  namespaceOf: (item: Placed) => string = ({ namespace }) => namespace,
): Unique {
  const duplicates: Duplicate[] = [];
  const unique = <T extends Spanned>(
    items: readonly T[],
    nameOf: (item: T) => string,
    idsOf: (item: T) => readonly string[] = (item) => [nameOf(item)],
  ): T[] => {
    const seen = new Map<string, T>();
    const kept: T[] = [];
    for (const item of items) {
      const name = nameOf(item);
      const ids = idsOf(item).map((id) =>
        "namespace" in item ? `${id} ${namespaceOf(item as T & Placed)}` : id,
      );
      const first = ids.map((id) => seen.get(id)).find((other) => other !== undefined);
      if (!first) {
        kept.push(item);
        for (const id of ids) seen.set(id, item);
      } else
        duplicates.push({
          name,
          isPolicy: "tier" in item,
          isPod: "hostNetwork" in item,
          span: item.span,
          first: first.span,
          items: [first, item],
          same: contents(item) === contents(first),
        });
    }
    return kept;
  };
  return {
    policies: unique(policies, policyName, policyIds),
    inventory: {
      namespaces: unique(inventory.namespaces, ({ name }) => `Namespace ${name}`),
      pods: unique(inventory.pods, (pod) => `${pod.workload?.kind ?? "Pod"} ${pod.namespace}/${pod.name}`),
      ...(inventory.ended && { ended: inventory.ended }),
      nodes: inventory.nodes,
      services: unique(inventory.services, (service) => `Service ${service.namespace}/${service.name}`),
    },
    duplicates,
  };
}

/** The same, but the last of each counts, as for `kubectl apply`. */
export function lastOfEach({ policies, inventory, duplicates }: Unique): Unique {
  const last = new Map<Spanned, Spanned>(duplicates.map(({ items: [first, item] }) => [first, item]));
  const of = <T extends Spanned>(items: readonly T[]) => items.map((item) => (last.get(item) as T) ?? item);
  const { namespaces, pods, services } = inventory;
  return {
    policies: of(policies),
    inventory: { ...inventory, namespaces: of(namespaces), pods: of(pods), services: of(services) },
    duplicates,
  };
}

/**
 * Each kind has names of its own, and a ClusterNetworkPolicy is one object, whatever its tier. A policy of TypeScript
 * becomes one, of the same tier.
 */
function policyIds(policy: Policy): readonly string[] {
  const isBoth = policy.tier !== "networkpolicy" && policy.writtenAs === "ClusterNetworkPolicy";
  return isBoth ? [policyName(policy), `${policy.kind} ${policy.name}`] : [policyName(policy)];
}

/**
 * Another policy that says the same is a warning; an object that says something else is an error, since which of them
 * ends up in a cluster depends on the order of applying. What runs may be described alike in several folders: that is how
 * overlays and examples are written, so it is nothing to report.
 */
export function duplicateDiagnostic({
  name,
  isPolicy,
  span,
  first,
  same,
}: Duplicate): Diagnostic | undefined {
  if (same && !isPolicy) return undefined;
  return {
    rule: isPolicy ? "duplicate-policy" : "duplicate-object",
    severity: same ? "warning" : "error",
    message: same ? `${name} is defined twice` : `${name} is defined twice, with different contents`,
    span,
    notes: [{ message: "first defined here", span: first }],
    object: objectName(name),
    help: same ? "remove one of the two" : "rename one of the two, or merge them",
  };
}

function objectName(text: string): ObjectName {
  const [kind, id] = text.split(" ") as [string, string];
  const parts = id.split("/");
  return { kind, namespace: parts.length > 1 ? parts[0]! : "default", name: parts.at(-1)! };
}

/** What an object says, spans and the order of labels apart. */
function contents(item: Spanned): string {
  return JSON.stringify(item, (key, value: unknown) => {
    if (KEYS_OF_WRITING.has(key) || key === "writtenAs") return undefined;
    if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
    return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)));
  });
}
