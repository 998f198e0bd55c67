import { dirname, resolve } from "node:path";
import type { Policy } from "../ir/policy.js";
import { policyName } from "../ir/policy_name.js";
import type { Kustomization } from "../parser/kustomization.js";
import type { ReadProject } from "../parser/project.js";

/** Objects that end up in one cluster, as far as files tell. Nothing is compared across scopes. */
export interface Scope {
  readonly name: string;
  /** Objects are changed on their way to the cluster, so what one of them says is not certain. */
  readonly patched: boolean;
}

export interface Scopes {
  readonly all: readonly Scope[];
  /** Those that a file, by its path as spans have it, belongs to. */
  of(file: string): readonly Scope[];
}

/**
 * 1. Each kustomization that no other one uses is a scope: the files that it leads to. A base belongs to the scopes of
 *    all its overlays.
 * 2. Of the other files, folders that mirror each other (mostly the same names of policies, as those of environments
 *    have) are made for different clusters: each of them is a scope. So are files of one folder that mirror each other,
 *    as ways to install one thing do, and the folders of examples and tests, which nobody applies together.
 * 3. What is left is one more scope.
 */
export function scopesOf(
  { policies, kustomizations }: Pick<ReadProject, "policies" | "kustomizations">,
  cwd: string,
): Scopes {
  const kustomized = kustomizedScopes(kustomizations);
  const ofKustomizations = remembered((file) => kustomized.byFile.get(resolve(cwd, file)));
  const plain = policies.filter(({ span }) => !ofKustomizations(span.file));
  const folders = [...new Set([...mirroringFolders(plain), ...exampleFolders(plain)])].sort(
    (a, b) => b.length - a.length,
  );
  const byFolder = folders.map((name) => ({ name, patched: false }));
  const rest: Scope = { name: "", patched: false };
  const of = (file: string) =>
    ofKustomizations(file) ?? [byFolder.find(({ name }) => file.startsWith(name)) ?? rest];
  return { all: [...kustomized.all, ...byFolder, rest], of: remembered(of) };
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

/** Folders that hold one folder for each example or test. */
const OF_EXAMPLES = /^(?:[^/]+\/)*?(?:examples?|samples?|tests?|testdata|fixtures)\/[^/]+\//;

/** Each ends in `/`. */
function exampleFolders(policies: readonly Policy[]): readonly string[] {
  return policies.flatMap(({ span }) => OF_EXAMPLES.exec(span.file)?.[0] ?? []);
}

/** The scopes of kustomizations, and which of them a file belongs to, by its absolute path. */
function kustomizedScopes(kustomizations: readonly Kustomization[]): {
  readonly all: readonly Scope[];
  readonly byFile: ReadonlyMap<string, readonly Scope[]>;
} {
  const byFolder = new Map(kustomizations.map((each) => [each.folder, each]));
  const used = new Set(kustomizations.flatMap(({ resources }) => resources));
  const byFile = new Map<string, Scope[]>();
  const all = kustomizations
    .filter(({ folder }) => !used.has(folder))
    .map((root) => {
      const { files, patched } = reachOf(root, byFolder);
      const scope: Scope = { name: root.folder, patched };
      for (const file of files) {
        const list = byFile.get(file);
        if (list) list.push(scope);
        else byFile.set(file, [scope]);
      }
      return scope;
    });
  return { all, byFile };
}

/** The files that a kustomization leads to, itself and through others. */
function reachOf(
  root: Kustomization,
  byFolder: ReadonlyMap<string, Kustomization>,
): { readonly files: ReadonlySet<string>; readonly patched: boolean } {
  const files = new Set<string>();
  const seen = new Set<Kustomization>();
  const visit = (each: Kustomization) => {
    if (seen.has(each)) return;
    seen.add(each);
    for (const path of each.resources) {
      const inner = byFolder.get(path);
      if (inner) visit(inner);
      else files.add(path);
    }
  };
  visit(root);
  return { files, patched: [...seen].some(({ patches }) => patches) };
}

/** The same, asked once for each file. */
export function remembered<T>(answer: (file: string) => T): (file: string) => T {
  const known = new Map<string, T>();
  return (file) => {
    if (!known.has(file)) known.set(file, answer(file));
    return known.get(file)!;
  };
}

/** Names that folders of environments have, or folders that hold one folder for each. */
const ENVIRONMENT =
  /(^|[-_.])(dev|development|prod|production|stag|staging|stage|test|qa|uat|preprod|sandbox|int|integration|canary|dr)([-_.0-9]|$)/;
const OF_ENVIRONMENTS =
  /^(overlays|environments|envs?|clusters?|stages?|regions?|tenants?|examples?|samples?)$/;

/** Fewer policies of the same names in two files of one folder may be there twice by mistake. */
const FEWEST_IN_FILES = 3;

/** Folders, ending in `/`, and files. */
function mirroringFolders(policies: readonly Policy[]): readonly string[] {
  const shared = new Map<string, { a: string; b: string; names: number }>();
  for (const files of filesByName(policies).values()) {
    for (const [i, b] of files.entries()) {
      const parted = i > 0 ? part(files[i - 1]!, b) : undefined;
      if (!parted) continue;
      const id = parted.join("\0");
      const known = shared.get(id);
      if (known) known.names++;
      else shared.set(id, { a: parted[0], b: parted[1], names: 1 });
    }
  }
  if (shared.size === 0) return [];
  const sizes = folderSizes(policies);
  const mirrors = [...shared.values()].filter(
    ({ a, b, names }) =>
      (isEnvironment(a) && isEnvironment(b)) ||
      ((a.endsWith("/") || names >= FEWEST_IN_FILES) && names * 2 >= Math.min(sizes.get(a)!, sizes.get(b)!)),
  );
  return mirrors.flatMap(({ a, b }) => [a, b]);
}

/** The files that hold a policy of one name, sorted, where there is more than one. */
function filesByName(policies: readonly Policy[]): ReadonlyMap<string, readonly string[]> {
  const files = new Map<string, Set<string>>();
  for (const policy of policies) {
    const name = policyName(policy);
    const known = files.get(name);
    if (known) known.add(policy.span.file);
    else files.set(name, new Set([policy.span.file]));
  }
  return new Map(
    [...files].flatMap(([name, set]) => (set.size > 1 ? [[name, [...set].sort()] as const] : [])),
  );
}

function isEnvironment(place: string): boolean {
  const segments = place.replace(/\.[a-z]+$/, "/").split("/");
  return ENVIRONMENT.test(segments.at(-2)!) || OF_ENVIRONMENTS.test(segments.at(-3) ?? "");
}

/**
 * The folders, ending in `/`, in which two paths part, or the files if these are of one folder; undefined if one of them
 * is of a folder around the other.
 */
function part(a: string, b: string): [string, string] | undefined {
  const [left, right] = [a.split("/"), b.split("/")];
  let same = 0;
  while (same < left.length - 1 && same < right.length - 1 && left[same] === right[same]) same++;
  if (same === left.length - 1 && left.length === right.length) return [a, b];
  if (same >= left.length - 1 || same >= right.length - 1) return undefined;
  return [`${left.slice(0, same + 1).join("/")}/`, `${right.slice(0, same + 1).join("/")}/`];
}

/** How many policies lie in each file, and in each folder or under it. */
function folderSizes(policies: readonly Policy[]): ReadonlyMap<string, number> {
  const sizes = new Map<string, number>();
  for (const { span } of policies) {
    sizes.set(span.file, (sizes.get(span.file) ?? 0) + 1);
    for (let folder = dirname(span.file); folder !== "." && folder !== "/"; folder = dirname(folder))
      sizes.set(`${folder}/`, (sizes.get(`${folder}/`) ?? 0) + 1);
  }
  return sizes;
}
