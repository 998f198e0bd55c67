/** Where a rendered object was written. */
import { load } from "js-yaml";
import { asMapping, entryOf, get, itemsOf, textOf } from "../yaml/node.js";
import type { MappingNode, Node } from "../yaml/node.js";
import { readDocuments } from "../yaml/read_documents.js";

const ORIGIN = "config.kubernetes.io/origin";

export interface Origin {
  /** The object without its origin annotation. */
  readonly object: MappingNode;
  /** The path from kustomize: of the file that contains it, or of the kustomization that generates it. */
  readonly path?: string;
}

export function originOf(object: MappingNode): Origin {
  const metadata = asMapping(get(object, "metadata"));
  const annotations = asMapping(get(metadata, "annotations"));
  const written = textOf(get(annotations, ORIGIN));
  if (!metadata || !annotations || written === undefined) return { object };
  const path = pathIn(written);
  const others = annotations.entries.filter(({ key }) => key !== ORIGIN);
  const left = without(metadata, "annotations", { ...annotations, entries: others });
  return {
    object: without(object, "metadata", left),
    ...(path !== undefined && { path }),
  };
}

/** The mapping with another value, or without the field if that would be empty. */
function without(mapping: MappingNode, key: string, value: MappingNode): MappingNode {
  const entries = mapping.entries.flatMap((entry) => {
    if (entry.key !== key) return [entry];
    return value.entries.length > 0 ? [{ ...entry, value }] : [];
  });
  return { ...mapping, entries };
}

function pathIn(origin: string): string | undefined {
  try {
    const { path, configuredIn } = load(origin) as {
      readonly path?: unknown;
      readonly configuredIn?: unknown;
    };
    return [path, configuredIn].find((each) => typeof each === "string");
  } catch {
    return undefined;
  }
}

/** The objects of a file as they are written, those of lists too. */
export function objectsIn(text: string): readonly MappingNode[] {
  const found: MappingNode[] = [];
  const take = (node: Node, depth: number): void => {
    const mapping = asMapping(node);
    if (!mapping) return;
    const isList = textOf(get(mapping, "kind"))?.endsWith("List") && entryOf(mapping, "items");
    if (isList && depth < 10) for (const item of itemsOf(get(mapping, "items"))) take(item, depth + 1);
    else found.push(mapping);
  };
  readDocuments(text, ({ root }) => take(root, 0));
  return found;
}

/**
 * The object in `written` that became this one: of its kind, and with its name or the longest part of it, because
 * rendering may add a prefix or suffix.
 */
export function writtenAs(object: MappingNode, written: readonly MappingNode[]): MappingNode | undefined {
  const kind = textOf(get(object, "kind"));
  const [name = "", namespace] = namesOf(object);
  const ofKind = written.filter((each) => {
    const own = textOf(get(each, "kind"));
    return own === kind || own === undefined;
  });
  if (ofKind.length <= 1) return ofKind[0];
  const byLength = ofKind
    .filter((each) => name.includes(namesOf(each)[0] ?? "-"))
    .sort((a, b) => (namesOf(b)[0]?.length ?? 0) - (namesOf(a)[0]?.length ?? 0));
  const [longest] = byLength;
  const same = byLength.filter((each) => namesOf(each)[0] === (longest && namesOf(longest)[0]));
  return same.find((each) => namesOf(each)[1] === namespace) ?? longest;
}

function namesOf(object: MappingNode): readonly [string | undefined, string | undefined] {
  const metadata = get(object, "metadata");
  return [textOf(get(metadata, "name")), textOf(get(metadata, "namespace"))];
}
