/**
 * The tree of one YAML or JSON document. Offsets are those of the file's text. An alias is the very node of its anchor,
 * so the tree is a graph without cycles; `size` is what it would be when written out.
 */
export type Node = ScalarNode | SequenceNode | MappingNode;

/** A half-open range of the file's text. */
export interface Range {
  readonly start: number;
  readonly end: number;
}

/**
 * `float` is a number with a fraction, or one too large to be sent in digits. A whole number is an integer however it is
 * written, `8080.0` and `8e3` too: kubectl writes it anew before the API's decoder, which would tell them apart, sees it.
 */
export type ScalarNode = Range &
  (
    | { readonly type: "string"; readonly value: string }
    | { readonly type: "integer"; readonly value: number }
    | { readonly type: "float"; readonly value: number }
    | { readonly type: "boolean"; readonly value: boolean }
    | { readonly type: "null"; readonly value: null }
  );

export interface SequenceNode extends Range {
  readonly type: "sequence";
  readonly items: readonly Node[];
  readonly size: number;
}

/** Keys are unique, and text as the API would get them: `80:` is the key "80". */
export interface MappingNode extends Range {
  readonly type: "mapping";
  readonly entries: readonly Entry[];
  readonly size: number;
}

export interface Entry {
  readonly key: string;
  readonly keyRange: Range;
  readonly value: Node;
}

export type JsonValue = string | number | boolean | null | JsonValue[] | { [key: string]: JsonValue };

const indexes = new WeakMap<MappingNode, Map<string, Entry>>();

/** The entry of a key, also if its value is null. Objects are small and scanned; a large map is indexed once. */
export function entryOf(mapping: MappingNode, key: string): Entry | undefined {
  if (mapping.entries.length > 32) {
    let index = indexes.get(mapping);
    if (!index) indexes.set(mapping, (index = new Map(mapping.entries.map((entry) => [entry.key, entry]))));
    return index.get(key);
  }
  for (const entry of mapping.entries) if (entry.key === key) return entry;
  return undefined;
}

/** The value of a key; null is the same as absent, as in every Kubernetes object. */
export function get(node: Node | undefined, key: string): Node | undefined {
  if (node?.type !== "mapping") return undefined;
  const value = entryOf(node, key)?.value;
  return value?.type === "null" ? undefined : value;
}

/** How many nodes these are when written out, with the collection that holds them. */
export function sizeOf(nodes: readonly Node[]): number {
  let size = 1;
  for (const node of nodes) size += node.type === "sequence" || node.type === "mapping" ? node.size : 1;
  return size;
}

export function asMapping(node: Node | undefined): MappingNode | undefined {
  return node?.type === "mapping" ? node : undefined;
}

export function itemsOf(node: Node | undefined): readonly Node[] {
  return node?.type === "sequence" ? node.items : [];
}

export function entriesOf(node: Node | undefined): readonly Entry[] {
  return node?.type === "mapping" ? node.entries : [];
}

/** The text of a string. Null is the empty string, as Go decodes it into a string; other types are undefined. */
export function textOf(node: Node | undefined): string | undefined {
  if (node?.type === "string") return node.value;
  return node?.type === "null" ? "" : undefined;
}

/**
 * The document as plain data, for schema validation. A float becomes NaN, which no schema takes for an integer.
 * `__proto__` is a key like any other: an object that has it has no prototype. Others have one, since V8 is slow without.
 */
export function toValue(node: Node): JsonValue {
  switch (node.type) {
    case "mapping": {
      const object = (entryOf(node, "__proto__") ? Object.create(null) : {}) as { [key: string]: JsonValue };
      for (const entry of node.entries) object[entry.key] = toValue(entry.value);
      return object;
    }
    case "sequence":
      return node.items.map(toValue);
    case "float":
      return Number.NaN;
    default:
      return node.value;
  }
}
