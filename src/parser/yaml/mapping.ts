/** Keys of a mapping: as text, without repeats, merge keys (`<<`) written out. */
import { quoted } from "../quoted.js";
import type { Findings } from "./findings.js";
import { keyText } from "./key_text.js";
import { sizeOf } from "./node.js";
import type { Entry, MappingNode, Node, Range } from "./node.js";
import type { Problem } from "./problem.js";

export interface Pair {
  readonly key: Node;
  readonly value: Node;
  /** The key is a merge key; `alias` if what it merges is written as `*name`. */
  readonly merge?: "alias" | "value";
}

export function buildMapping(range: Range, pairs: readonly Pair[], findings: Findings): MappingNode {
  const plain = plainMapping(range, pairs);
  if (plain) return plain;
  const problems: Problem[] = [];
  const entries = new Map<string, Entry>();
  /** The keys of the mapping's own text. */
  const own = new Set<Entry>();
  for (const pair of pairs) {
    if (pair.merge) {
      mergeInto(entries, own, pair, problems, findings);
      continue;
    }
    const text = keyText(pair.key, problems, findings);
    if (text === undefined) continue;
    const entry: Entry = { key: text, keyRange: pair.key, value: pair.value };
    const before = entries.get(text);
    if (before && own.has(before)) {
      problems.push(duplicateKey(entry, before));
      continue;
    }
    own.add(entry);
    entries.set(text, entry);
  }
  const list = [...entries.values()];
  const size = sizeOf(list.map(({ value }) => value)) + list.length;
  const node: MappingNode = { type: "mapping", start: range.start, end: range.end, entries: list, size };
  for (const problem of problems) findings.report(problem, node);
  return node;
}

/** Among so few keys, each is compared with all before it. */
const FEW = 16;

/** A mapping that has only different keys of text, as almost every one; undefined for another. */
function plainMapping({ start, end }: Range, pairs: readonly Pair[]): MappingNode | undefined {
  if (pairs.length > FEW) return undefined;
  const entries: Entry[] = [];
  let size = 1 + pairs.length;
  for (const { key, value, merge } of pairs) {
    if (merge || key.type !== "string") return undefined;
    for (const entry of entries) if (entry.key === key.value) return undefined;
    entries.push({ key: key.value, keyRange: key, value });
    size += value.type === "sequence" || value.type === "mapping" ? value.size : 1;
  }
  return { type: "mapping", start, end, entries, size };
}

function duplicateKey(entry: Entry, first: Entry): Problem {
  return {
    rule: "duplicate-key",
    severity: "error",
    message: `the key ${quoted(entry.key)} appears twice in one mapping`,
    range: entry.keyRange,
    notes: [{ message: "first defined here", range: first.keyRange }],
    help: "keep one of the two, or merge their values",
  };
}

/**
 * Sets the entries of what is merged. As kubectl does it, and no later version of YAML's own text: a key that is already
 * there is replaced, so own keys win over a merge key only if they are written behind it. Of a list, the first wins.
 */
function mergeInto(
  entries: Map<string, Entry>,
  own: Set<Entry>,
  { key, value, merge }: Pair,
  problems: Problem[],
  findings: Findings,
): void {
  const isList = value.type === "sequence" && merge !== "alias";
  for (const source of isList ? value.items.toReversed() : [value]) {
    if (source.type !== "mapping") {
      problems.push(wrongMerge(source.start === source.end ? key : source));
      continue;
    }
    if (!findings.expand(source.size, key)) return;
    for (const entry of source.entries) {
      const before = entries.get(entry.key);
      if (before && own.has(before)) problems.push(replacedKey(before, key));
      entries.set(entry.key, entry);
    }
  }
}

function wrongMerge(range: Range): Problem {
  return {
    rule: "yaml-merge",
    severity: "error",
    message: "a merge key needs a mapping or a list of mappings",
    range,
    help: "write `<<: *name` with the name of an anchored mapping",
  };
}

function replacedKey(entry: Entry, merge: Range): Problem {
  return {
    rule: "merge-replaces",
    severity: "warning",
    message: `kubectl lets this merge key replace ${quoted(entry.key)}, which is above it`,
    range: merge,
    notes: [{ message: "replaced", range: entry.keyRange }],
    help: "move the merge key up: keys below it win",
  };
}
