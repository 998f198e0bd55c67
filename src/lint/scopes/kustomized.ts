/** Scopes of kustomizations: the files that each one includes, and what it does to their objects. */
import type { Inventory } from "../../ir/inventory.js";
import { writtenNamespace } from "../../ir/namespaced.js";
import type { Namespaced } from "../../ir/namespaced.js";
import type { ReadProject } from "../../parser/project.js";
import type { Kustomization } from "../../parser/kustomization.js";
import { isExample, variantsOf } from "./variants.js";
import type { Scope } from "./scope.js";

/** What a kustomization includes, directly and through others. */
interface Reach {
  /** Absolute paths of files, with the namespace that is set on their objects. */
  readonly files: ReadonlyMap<string, string | undefined>;
  readonly patched: boolean;
  readonly incomplete: boolean;
  readonly labelsObjects: boolean;
}

export interface Kustomized {
  readonly all: readonly Scope[];
  /** By absolute path. */
  readonly byFile: ReadonlyMap<string, readonly Scope[]>;
}

/** @param absolute makes a span's path absolute; the other functions take absolute paths */
export function kustomizedScopes(
  { kustomizations, policies, inventory }: Pick<ReadProject, "kustomizations" | "policies" | "inventory">,
  absolute: (file: string) => string,
  shown: (file: string) => string,
  isRead: (file: string) => boolean,
): Kustomized {
  if (kustomizations.length === 0) return { all: [], byFile: new Map() };
  const byFolder = new Map(kustomizations.map((each) => [each.folder, each]));
  const used = new Set(kustomizations.flatMap(({ resources }) => resources));
  const written = groupedByFile([...policies.filter(isNamespaced), ...inventory.pods], absolute);
  const labelled = labelledFiles(inventory, absolute);
  const byFile = new Map<string, Scope[]>();
  const all = kustomizations
    .filter(({ folder }) => !used.has(folder))
    .map((root) => {
      const { files, patched, incomplete, labelsObjects } = reachOf(root, byFolder, isRead);
      const scope: Scope = {
        name: root.folder,
        patched: patched || mixesNamespaces(files, written),
        incomplete: incomplete || (labelsObjects && [...files.keys()].some((file) => labelled.has(file))),
        variantsOf: isExample(shown(root.folder)) ? undefined : variantsOf(root.folder),
        namespace: root.namespace,
        namespaceOf: (file) => files.get(absolute(file)),
      };
      for (const file of files.keys()) {
        const list = byFile.get(file);
        if (list) list.push(scope);
        else byFile.set(file, [scope]);
      }
      return scope;
    });
  return { all, byFile };
}

function isNamespaced({ tier }: { readonly tier: string }): boolean {
  return tier === "networkpolicy";
}

/** The files that contain namespaces, or pods that are not templates. */
function labelledFiles(
  { pods, namespaces }: Inventory,
  absolute: (file: string) => string,
): ReadonlySet<string> {
  // A namespace without an object has the span of its first pod.
  const ofPods = new Set(pods.map(({ span }) => span));
  const labelled = [
    ...pods.filter(({ workload }) => !workload),
    ...namespaces.filter(({ span }) => !ofPods.has(span)),
  ];
  return new Set(labelled.map(({ span }) => absolute(span.file)));
}

/** The namespaces in each file's objects; undefined: some have none. */
type Written = ReadonlyMap<string, ReadonlySet<string | undefined>>;

function groupedByFile(
  items: readonly (Partial<Namespaced> & { readonly span: { readonly file: string } })[],
  absolute: (file: string) => string,
): Written {
  const found = new Map<string, Set<string | undefined>>();
  for (const item of items) {
    const file = absolute(item.span.file);
    const namespace = writtenNamespace(item);
    const known = found.get(file);
    if (known) known.add(namespace);
    else found.set(file, new Set([namespace]));
  }
  return found;
}

/** Objects of two namespaces end up in one, or in another than the written one: they are not compared. */
function mixesNamespaces(files: Reach["files"], written: Written): boolean {
  const chosen = new Set<string>();
  const named = new Set<string>();
  for (const [file, namespace] of files)
    for (const each of written.get(file) ?? []) {
      if (each !== undefined) named.add(each);
      if (namespace === undefined) continue;
      if (each === undefined) chosen.add(namespace);
      else if (each !== namespace) return true;
    }
  return [...chosen].some((namespace) => named.has(namespace));
}

function reachOf(
  root: Kustomization,
  byFolder: ReadonlyMap<string, Kustomization>,
  isRead: (file: string) => boolean,
): Reach {
  const files = new Map<string, string | undefined>();
  const seen = new Map<Kustomization, string | undefined>();
  let [patched, incomplete, labelsObjects] = [false, root.isComponent, false];
  // The outermost namespace wins.
  const visit = (each: Kustomization, outer: string | undefined) => {
    const namespace = outer ?? each.namespace;
    // A base that two kustomizations use is in the cluster twice.
    if (seen.has(each)) patched ||= seen.get(each) !== namespace;
    if (seen.has(each)) return;
    seen.set(each, namespace);
    patched ||= each.patches || (each !== root && each.renames);
    incomplete ||= each.hidesPods;
    labelsObjects ||= each.labelsObjects;
    for (const path of each.resources) {
      const inner = byFolder.get(path);
      if (inner) visit(inner, namespace);
      else {
        files.set(path, namespace);
        incomplete ||= !isRead(path);
      }
    }
  };
  visit(root, undefined);
  return { files, patched, incomplete, labelsObjects };
}
