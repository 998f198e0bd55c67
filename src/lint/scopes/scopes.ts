import { resolve } from "node:path";
import { foldersAround, shownPath } from "../../source/paths.js";
import type { ReadProject } from "../../parser/project.js";
import { kustomizedScopes } from "./kustomized.js";
import type { Scope } from "./scope.js";
import { aroundBase, variantPlaces } from "./variants.js";
import type { Variants } from "./variants.js";

export interface Scopes {
  readonly all: readonly Scope[];
  /** Those that a file, by its path as spans have it, belongs to. */
  of(file: string): readonly Scope[];
}

/** What scopes are told from. */
export type Scoped = Pick<ReadProject, "policies" | "inventory" | "kustomizations" | "sources">;

/**
 * 1. Each kustomization that no other one uses is a scope: the files that it leads to. A base belongs to the scopes of
 *    all its overlays.
 * 2. Of the other files, folders of environments and folders that mirror each other (mostly the same names of policies)
 *    are made for different clusters: each of them is a scope. So are such files of one folder, as ways to install one
 *    thing are, and the folders of examples and tests, which nobody applies together. A base beside environments belongs
 *    to each.
 * 3. What is left is one more scope.
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

/** The scopes of environments, by the folder around the base that belongs to each of them. */
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

/** That of the file itself, or of the innermost folder around it. */
function nearest(file: string, places: ReadonlyMap<string, Scope>): Scope | undefined {
  if (places.size === 0) return undefined;
  for (const place of [file, ...foldersAround(file).map((folder) => `${folder}/`)]) {
    const found = places.get(place);
    if (found) return found;
  }
  return undefined;
}

/** The items of each scope, in their order. One that is in a file of several scopes is an item of each. */
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

/** The same, asked once for each file. */
export function remembered<T>(answer: (file: string) => T): (file: string) => T {
  const known = new Map<string, T>();
  return (file) => {
    if (!known.has(file)) known.set(file, answer(file));
    return known.get(file)!;
  };
}
