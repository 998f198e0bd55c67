import { resolve } from "node:path";
import { foldersAround, shownPath } from "../../source/paths.js";
import type { ReadProject } from "../../parser/project.js";
import { kustomizedScopes } from "./kustomized.js";
import type { Scope } from "./scope.js";
import { aroundBase, variantPlaces } from "./variants.js";
import type { Variants } from "./variants.js";

export interface Scopes {
  readonly all: readonly Scope[];
  /** The scopes of a file, given by its path in spans. */
  of(file: string): readonly Scope[];
}

/** What scopes are derived from. */
export type Scoped = Pick<ReadProject, "policies" | "inventory" | "kustomizations" | "sources">;

/**
 * 1. Each kustomization that no other one uses is a scope, with the files that it includes. A base belongs to the scopes
 *    of all its overlays.
 * 2. Among the other files, folders for environments and folders that mirror each other (mostly the same policy names)
 *    are for different clusters, so each is a scope. So are such files of one folder (several ways to install one thing)
 *    and folders of examples and tests, which nobody applies together. A base beside environments belongs to each.
 * 3. Everything else is one more scope.
 */
export function scopesOf(project: Scoped, cwd: string): Scopes {
  const absolute = remembered((file) => resolve(cwd, file));
  const shown = (file: string) => shownPath(file, cwd);
  const isRead = (file: string) => project.sources.get(shown(file)) !== undefined;
  const kustomized = kustomizedScopes(project, absolute, shown, isRead);
  const ofKustomizations = (file: string) => kustomized.byFile.get(absolute(file));
  const isPlain = ({ span }: { readonly span: { readonly file: string } }) => !ofKustomizations(span.file);
  const policies = project.policies.filter(isPlain);
  const files = new Set(
    [...policies, ...project.inventory.pods.filter(isPlain)].map(({ span }) => span.file),
  );
  const variants = variantPlaces(policies, [...files], cwd);
  const places = scopesOfPlaces(variants);
  const beside = besideBases(variants, places);
  const rest: Scope = { name: "", patched: false, variantsOf: "" };
  const of = (file: string) => {
    const kustomizations = ofKustomizations(file);
    if (kustomizations) return kustomizations;
    const place = nearest(file, places);
    return place ? [place] : (beside.get(aroundBase(file)) ?? [rest]);
  };
  return { all: [...kustomized.all, ...places.values(), rest], of: remembered(of) };
}

function scopesOfPlaces(places: Variants): ReadonlyMap<string, Scope> {
  return new Map(
    [...places].map(([name, { of }]) => [name, { name, patched: false, variantsOf: of } satisfies Scope]),
  );
}

/** The scopes of environments, by the folder that contains their common base. */
function besideBases(
  variants: Variants,
  places: ReadonlyMap<string, Scope>,
): ReadonlyMap<string | undefined, readonly Scope[]> {
  const found = new Map<string, Scope[]>();
  for (const [place, { beside }] of variants)
    for (const folder of beside) {
      const scopes = found.get(folder);
      if (scopes) scopes.push(places.get(place)!);
      else found.set(folder, [places.get(place)!]);
    }
  return found;
}

/** The scope of the file itself, or of the innermost folder around it. */
function nearest(file: string, places: ReadonlyMap<string, Scope>): Scope | undefined {
  if (places.size === 0) return undefined;
  for (const place of [file, ...foldersAround(file).map((folder) => `${folder}/`)]) {
    const found = places.get(place);
    if (found) return found;
  }
  return undefined;
}

/** The items of each scope, in order. An item in a file of several scopes belongs to each. */
export function inScopes<T extends { readonly span: { readonly file: string } }>(
  items: readonly T[],
  scopes: Scopes,
): (scope: Scope) => readonly T[] {
  const found = new Map<Scope, T[]>();
  for (const item of items)
    for (const scope of scopes.of(item.span.file)) {
      const list = found.get(scope);
      if (list) list.push(item);
      else found.set(scope, [item]);
    }
  return (scope) => found.get(scope) ?? [];
}

/** The same function, called once for each file. */
export function remembered<T>(answer: (file: string) => T): (file: string) => T {
  const known = new Map<string, T>();
  return (file) => {
    if (!known.has(file)) known.set(file, answer(file));
    return known.get(file)!;
  };
}
