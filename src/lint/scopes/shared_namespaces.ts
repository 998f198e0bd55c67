import { writtenNamespace } from "../../ir/namespaced.js";
import type { Namespaced } from "../../ir/namespaced.js";
import type { ReadProject } from "../../parser/project.js";
import type { Span } from "../../source/span.js";
import type { Scope } from "./scope.js";
import type { Scopes } from "./scopes.js";

type Placed = Partial<Namespaced> & { readonly span: Span };

/**
 * May other scopes also populate the namespace of an object, as several kustomizations of one cluster do? Then a scope
 * has neither all pods nor all policies of the namespace. Variants populate theirs in another cluster.
 */
export function sharedNamespaces(
  { policies, inventory, customResources }: Pick<ReadProject, "policies" | "inventory" | "customResources">,
  scopes: Scopes,
  isIncomplete: (scope: Scope) => boolean,
): (scope: Scope, item: Placed) => boolean {
  const kinds = kindsOf(inventory.pods, scopes);
  // The `variantsOf` values of the scopes that populate a namespace: by name, for any namespace, and for an unknown one.
  const filling = new Map<string, Set<string>>();
  const [all, anywhere] = [new Set<string>(), new Set<string>()];
  const fill = (scope: Scope, namespace: string | undefined) => {
    const kind = kinds(scope);
    if (kind === undefined) return;
    all.add(kind);
    if (namespace === undefined) anywhere.add(kind);
    else if (filling.has(namespace)) filling.get(namespace)!.add(kind);
    else filling.set(namespace, new Set([kind]));
  };
  // Tier policies apply to pods of any namespace.
  for (const item of [...policies, ...inventory.pods, ...customResources] as readonly Placed[])
    for (const scope of scopes.of(item.span.file)) fill(scope, namespaceIn(scope, item));
  for (const scope of scopes.all) if (isIncomplete(scope)) fill(scope, scope.namespace);
  return (scope, item) => {
    const kind = kinds(scope);
    if (kind === undefined) return false;
    const namespace = namespaceIn(scope, item);
    const here = namespace === undefined ? all : filling.get(namespace);
    return [here, anywhere].some((set) => set && set.size > (set.has(kind) ? 1 : 0));
  };
}

function namespaceIn(scope: Scope, item: Placed): string | undefined {
  return scope.namespaceOf?.(item.span.file) ?? writtenNamespace(item);
}

/** One name for all scopes that are variants of each other, as scopes with the same pods are. */
function kindsOf(pods: readonly Placed[], scopes: Scopes): (scope: Scope) => string | undefined {
  const parents = new Map<string, string>();
  const root = (kind: string): string => {
    let found = kind;
    while (parents.has(found)) found = parents.get(found)!;
    // Every path is walked once.
    if (found !== kind) parents.set(kind, found);
    return found;
  };
  for (const file of new Set(pods.map(({ span }) => span.file))) {
    const [first, ...others] = scopes.of(file).flatMap(({ variantsOf }) => variantsOf ?? []);
    for (const other of others) if (root(other) !== root(first!)) parents.set(root(other), root(first!));
  }
  return ({ variantsOf }) => (variantsOf === undefined ? undefined : root(variantsOf));
}
