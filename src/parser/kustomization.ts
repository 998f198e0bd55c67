/** What `kustomization.yaml` files say about which files end up in one cluster. Source: the kustomize API reference. */
import { dirname, resolve } from "node:path";
import { load } from "js-yaml";

export interface Kustomization {
  /** The absolute path of its folder. */
  readonly folder: string;
  /** Absolute paths of the files and folders that it takes objects from. */
  readonly resources: readonly string[];
  /** Absolute paths of files that hold patches: parts of objects, and no objects. */
  readonly patchFiles: readonly string[];
  /** It changes objects in ways that are not followed here. */
  readonly patches: boolean;
}

export function isKustomization(path: string): boolean {
  return /(^|\/)kustomization\.ya?ml$/.test(path);
}

/** undefined if the text is something else: broken, or a resource of Flux of the same kind. */
export function readKustomization(absolute: string, text: string): Kustomization | undefined {
  let content: unknown;
  try {
    content = load(text);
  } catch {
    return undefined;
  }
  if (!isRecord(content)) return undefined;
  if (typeof content.apiVersion === "string" && !content.apiVersion.startsWith("kustomize.config.k8s.io/"))
    return undefined;
  const folder = dirname(absolute);
  const paths = (...fields: string[]) =>
    fields.flatMap((field) => textsOf(content[field]).map((path) => resolve(folder, path)));
  const patched = ["patches", "patchesJson6902"].flatMap((field) =>
    listOf(content[field]).flatMap((patch) =>
      isRecord(patch) && typeof patch.path === "string" ? [resolve(folder, patch.path)] : [],
    ),
  );
  const strategic = textsOf(content.patchesStrategicMerge).filter((text) => !text.includes("\n"));
  const fields = ["patches", "patchesJson6902", "patchesStrategicMerge", "transformers", "replacements"];
  return {
    folder,
    resources: paths("resources", "bases", "components"),
    patchFiles: [...patched, ...strategic.map((path) => resolve(folder, path))],
    patches: fields.some((field) => listOf(content[field]).length > 0),
  };
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function textsOf(value: unknown): readonly string[] {
  return listOf(value).filter((each): each is string => typeof each === "string");
}
