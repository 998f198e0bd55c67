/** Gives the nodes of a rendered object their original places, so that answers name lines that users know. */
import { entryOf, toValue } from "../yaml/node.js";
import type { MappingNode, Node, Range, SequenceNode } from "../yaml/node.js";

/** Nodes that rendering added have the place of the node they were added to. */
export function relocate(node: Node, source: Node): Node {
  switch (node.type) {
    case "mapping":
      return relocateMapping(node, source);
    case "sequence":
      return relocateSequence(node, source);
    default:
      return { ...node, ...rangeOf(source) };
  }
}

/** Every node at one place. */
export function moveTo(node: Node, at: Range): Node {
  const { start, end } = at;
  switch (node.type) {
    case "mapping": {
      const entries = node.entries.map(({ key, value }) => ({ key, keyRange: at, value: moveTo(value, at) }));
      return { ...node, start, end, entries };
    }
    case "sequence":
      return { ...node, start, end, items: node.items.map((item) => moveTo(item, at)) };
    default:
      return { ...node, start, end };
  }
}

function relocateMapping(node: MappingNode, source: Node): Node {
  const at = rangeOf(source);
  if (source.type !== "mapping") return moveTo(node, at);
  const entries = node.entries.map(({ key, value }) => {
    const written = entryOf(source, key);
    return written
      ? { key, keyRange: written.keyRange, value: relocate(value, written.value) }
      : { key, keyRange: at, value: moveTo(value, at) };
  });
  return { ...node, ...at, entries };
}

/** Items correspond if they are equal, or in lists of equal length, if they have the same index. */
function relocateSequence(node: SequenceNode, source: Node): Node {
  const at = rangeOf(source);
  if (source.type !== "sequence") return moveTo(node, at);
  const left = new Map<string, Node[]>();
  for (const item of source.items) {
    const content = contentOf(item);
    left.set(content, [...(left.get(content) ?? []), item]);
  }
  const sameLength = node.items.length === source.items.length;
  const items = node.items.map((item, index) => {
    const written = left.get(contentOf(item))?.shift() ?? (sameLength ? source.items[index] : undefined);
    return written ? relocate(item, written) : moveTo(item, at);
  });
  return { ...node, ...at, items };
}

function contentOf(node: Node): string {
  return JSON.stringify(sorted(toValue(node)));
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== "object" || value === null) return value;
  return Object.entries(value)
    .sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))
    .map(([key, item]) => [key, sorted(item)]);
}

function rangeOf({ start, end }: Range): Range {
  return { start, end };
}
