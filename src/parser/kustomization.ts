/** Tells from `kustomization.yaml` files which files belong to one cluster. Source: the kustomize API reference. */
import { dirname, resolve } from "node:path";
import { load } from "js-yaml";

export interface Kustomization {
  /** The absolute path of its folder. */
  readonly folder: string;
  /** Absolute paths of the files and folders whose objects it includes, without remote ones. */
  readonly resources: readonly string[];
  /** Absolute paths of patch files, which contain parts of objects. */
  readonly patchFiles: readonly string[];
  /** It changes objects in ways that are not followed here. */
  readonly patches: boolean;
  /** The namespace that it sets on everything it includes. */
  readonly namespace?: string | undefined;
  /** It is a component: a part of others, not a whole by itself. */
  readonly isComponent: boolean;
  /** It renames everything it includes. */
  readonly renames: boolean;
  /** It adds objects that no file contains, or labels to pods, so the running pods are unknown. */
  readonly hidesPods: boolean;
  /** It changes the labels of objects, without their selectors and pod templates. */
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

/** undefined if the text is broken, or a Flux resource of the same kind. */
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
    // A component changes objects of other kustomizations.
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
