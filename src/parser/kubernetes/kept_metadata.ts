/** Labels and annotations of policies. They decide nothing, but conversions keep them. */
import type { PolicyMetadata } from "../../ir/policy.js";
import { entriesOf, get, textOf } from "../yaml/node.js";
import type { Entry, MappingNode, Node } from "../yaml/node.js";
import { LOGGING_ANNOTATION } from "./logging_annotation.js";

export function keptMetadata(root: MappingNode): { readonly metadata?: PolicyMetadata } {
  const metadata = get(root, "metadata");
  const labels = textMap(get(metadata, "labels"));
  const annotations = textMap(get(metadata, "annotations"), LOGGING_ANNOTATION);
  if (!labels && !annotations) return {};
  return { metadata: Object.freeze({ ...(labels && { labels }), ...(annotations && { annotations }) }) };
}

/** Undefined if it is empty. */
function textMap(node: Node | undefined, without?: string): Readonly<Record<string, string>> | undefined {
  const entries = entriesOf(node).filter(({ key }) => key !== without);
  if (entries.length === 0) return undefined;
  return Object.freeze(Object.fromEntries(entries.map(({ key, value }) => [key, textOf(value) ?? ""])));
}

/** Fields of `metadata` that conversions drop, without those that the API server sets. */
const UNKEPT: ReadonlySet<string> = new Set(["finalizers", "generateName", "ownerReferences"]);

export function unkeptFields(root: MappingNode): readonly Entry[] {
  return entriesOf(get(root, "metadata")).filter(
    ({ key, value }) => UNKEPT.has(key) && value.type !== "null",
  );
}
