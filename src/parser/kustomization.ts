/** What `kustomization.yaml` files say about which files end up in one cluster. Source: the kustomize API reference. */
import { dirname, resolve } from "node:path";
import { load } from "js-yaml";

export interface Kustomization {
  /** The absolute path of its folder. */
  readonly folder: string;
  /** Absolute paths of the files and folders that it takes objects from. What is fetched from elsewhere is no such path. */
  readonly resources: readonly string[];
  /** Absolute paths of files that hold patches: parts of objects, and no objects. */
  readonly patchFiles: readonly string[];
  /** It changes objects in ways that are not followed here. */
  readonly patches: boolean;
  /** The namespace that all it leads to is put into. */
  readonly namespace?: string | undefined;
  /** It is a part of others, and no whole by itself. */
  readonly isComponent: boolean;
  /** All that it leads to is called otherwise. */
  readonly renames: boolean;
  /** Objects are added that no file holds, or labels to pods: those that run are not known. */
  readonly hidesPods: boolean;
  /** What objects have for labels changes, their selectors and pod templates apart. */
  readonly labelsObjects: boolean;
}

/** Its name is one of the three that kustomize looks for. */
export function isKustomization(path: string): boolean {
  return /(^|\/)(kustomization\.ya?ml|Kustomization)$/.test(path);
}

const PATCHES = [
  "patches",
  "patchesJson6902",
  "patchesStrategicMerge",
  "transformers",
  "replacements",
  "vars",
  "configurations",
];
const GENERATORS = ["helmCharts", "helmChartInflationGenerator", "generators"];

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
  const some = (fields: readonly string[]) => fields.some((field) => listOf(content[field]).length > 0);
  const namespace = textOf(content.namespace);
  const renames = [content.namePrefix, content.nameSuffix].some((part) => textOf(part) !== undefined);
  const labels = labelsOf(content);
  const isComponent = content.kind === "Component";
  return {
    folder,
    resources: paths("resources", "bases", "components"),
    patchFiles: [...patched, ...strategic.map((path) => resolve(folder, path))],
    // What a component changes is what others hold.
    patches:
      some(PATCHES) ||
      labels.has("selectors") ||
      (isComponent && (renames || namespace !== undefined || labels.size > 0)),
    namespace,
    isComponent,
    renames,
    hidesPods: some(GENERATORS) || labels.has("templates"),
    labelsObjects: labels.has("objects"),
  };
}

/** Where labels are added. */
function labelsOf(content: Record<string, unknown>): ReadonlySet<"selectors" | "templates" | "objects"> {
  const found = new Set<"selectors" | "templates" | "objects">();
  if (isRecord(content.commonLabels) && Object.keys(content.commonLabels).length > 0) found.add("selectors");
  for (const each of listOf(content.labels)) {
    if (!isRecord(each) || !isRecord(each.pairs) || Object.keys(each.pairs).length === 0) continue;
    if (each.includeSelectors || listOf(each.fields).length > 0) found.add("selectors");
    else found.add(each.includeTemplates ? "templates" : "objects");
  }
  return found;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function textOf(value: unknown): string | undefined {
  return typeof value === "string" && value !== "" ? value : undefined;
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function textsOf(value: unknown): readonly string[] {
  return listOf(value).filter((each): each is string => typeof each === "string");
}
