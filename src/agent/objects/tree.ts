/** JSON values as the tree that the parser reads. They have no text, so every place in it is 0. */
import type { Entry, Node } from "../../parser/yaml/node.js";
import { sizeOf } from "../../parser/yaml/node.js";

const NOWHERE = { start: 0, end: 0 };

export function treeOf(value: unknown): Node {
  switch (typeof value) {
    case "string":
      return { type: "string", value, ...NOWHERE };
    case "boolean":
      return { type: "boolean", value, ...NOWHERE };
    case "number":
      return { type: Number.isSafeInteger(value) ? "integer" : "float", value, ...NOWHERE };
  }
  if (value === null || value === undefined) return { type: "null", value: null, ...NOWHERE };
  if (Array.isArray(value)) {
    const items = value.map(treeOf);
    return { type: "sequence", items, size: sizeOf(items), ...NOWHERE };
  }
  const entries = Object.entries(value).map(([key, each]): Entry => ({
    key,
    keyRange: NOWHERE,
    value: treeOf(each),
  }));
  return { type: "mapping", entries, size: sizeOf(entries.map((entry) => entry.value)), ...NOWHERE };
}
