import type { Entry, Node, Range } from "../../yaml/node.js";
import { isRecord } from "./report.js";
import type { Place } from "./place.js";

/**
 * Plain data as the tree that a YAML or JSON file of the same content has, with the places of what is literal. A key is
 * at the place of its value.
 */
export function treeOf(value: unknown, place: Place): Node {
  const { start, end }: Range = place.span;
  if (Array.isArray(value)) {
    const items = value.map((item, index) => treeOf(item, place.item(index)));
    return { type: "sequence", start, end, items, size: sizeOf(items) };
  }
  if (isRecord(value)) {
    const entries = Object.entries(value).map(([key, member]): Entry => {
      const node = treeOf(member, place.property(key));
      return { key, keyRange: { start: node.start, end: node.end }, value: node };
    });
    return { type: "mapping", start, end, entries, size: sizeOf(entries.map((entry) => entry.value)) };
  }
  if (typeof value === "string") return { type: "string", start, end, value };
  if (typeof value === "boolean") return { type: "boolean", start, end, value };
  if (typeof value === "number")
    return { type: Number.isInteger(value) ? "integer" : "float", start, end, value };
  return { type: "null", start, end, value: null };
}

function sizeOf(nodes: readonly Node[]): number {
  return nodes.reduce((sum, node) => sum + ("size" in node ? node.size : 1), 1);
}
