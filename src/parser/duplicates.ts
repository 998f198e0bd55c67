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

/** An object with the kind, namespace and name of an earlier one. */
export interface Duplicate {
  /** Such as "NetworkPolicy shop/web". */
  readonly name: string;
  readonly isPolicy: boolean;
  /** A pod, or an object that creates pods. */
  readonly isPod: boolean;
  readonly span: Span;
  readonly first: Span;
  /** The earlier object, and this one. */
  readonly items: readonly [Spanned, Spanned];
  /** Both are equal, apart from spans and the order of labels. */
  readonly same: boolean;
}

export interface Unique {
  readonly policies: readonly Policy[];
  readonly inventory: Inventory;
  readonly duplicates: readonly Duplicate[];
}

/** Keeps the first object of each kind, namespace and name. `namespaceOf` distinguishes namespaces. */
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
      ...(inventory.slices && {
        slices: unique(inventory.slices, (slice) => `EndpointSlice ${slice.namespace}/${slice.name}`),
      }),
    },
    duplicates,
  };
}

/** The same, but keeps the last one, as `kubectl apply` does. */
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
 * Names are unique per kind, and a ClusterNetworkPolicy is one object whatever its tier. A TypeScript tier policy becomes
 * a ClusterNetworkPolicy of that tier.
 */
function policyIds(policy: Policy): readonly string[] {
  const isBoth = policy.tier !== "networkpolicy" && policy.writtenAs === "ClusterNetworkPolicy";
  return isBoth ? [policyName(policy), `${policy.kind} ${policy.name}`] : [policyName(policy)];
}

/**
 * An equal policy is a warning. A different object is an error, because the order of applying decides which one ends up in
 * the cluster. Equal inventory objects are not reported, because overlays and examples often repeat them.
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

/** The contents of an object, without spans and the order of labels. */
function contents(item: Spanned): string {
  return JSON.stringify(item, (key, value: unknown) => {
    if (KEYS_OF_WRITING.has(key) || key === "writtenAs") return undefined;
    if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
    return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)));
  });
}
