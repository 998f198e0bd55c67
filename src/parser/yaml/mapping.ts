/** Keys of a mapping: as text, without repeats, merge keys (`<<`) written out. */
import { quoted } from "../quoted.js";
import type { Entry, MappingNode, Node, Range } from "./node.js";
import type { Problem } from "./problem.js";

export interface Pair {
  readonly key: Node;
  readonly value: Node;
}

/** Where problems go, and what counts the nodes that merge keys stand for. */
export interface MappingContext {
  report(problem: Problem, node: Node | undefined): void;
  expand(size: number, range: Range): boolean;
  /** The text of the file in a range. */
  textAt(range: Range): string;
}

export function buildMapping(range: Range, pairs: readonly Pair[], context: MappingContext): MappingNode {
  const entries: Entry[] = [];
  const problems: Problem[] = [];
  const seen = new Map<string, Entry>();
  const merges: Pair[] = [];
  let size = 1;
  for (const { key, value } of pairs) {
    if (isMerge(key)) {
      merges.push({ key, value });
      continue;
    }
    const text = keyText(key, problems, context);
    if (text === undefined) continue;
    const entry: Entry = { key: text, keyRange: key, value };
    const first = seen.get(text);
    if (first) {
      problems.push(duplicateKey(entry, first));
      continue;
    }
    seen.set(text, entry);
    entries.push(entry);
    size += 1 + (value.type === "sequence" || value.type === "mapping" ? value.size : 1);
  }
  for (const merge of merges) size += mergeInto(entries, seen, merge, problems, context);
  const node: MappingNode = { type: "mapping", start: range.start, end: range.end, entries, size };
  for (const problem of problems) context.report(problem, node);
  return node;
}

function isMerge(key: Node): boolean {
  return key.type === "string" && key.value === "<<" && key.end - key.start === 2;
}

/** A key of another type is sent to the API as its text, as kubectl converts YAML to JSON. */
function keyText(key: Node, problems: Problem[], context: MappingContext): string | undefined {
  if (key.type === "string") return key.value;
  if (key.type === "integer" || key.type === "float" || key.type === "boolean") {
    const sent = String(key.value);
    const written = context.textAt(key);
    if (sent !== written)
      problems.push({
        rule: "ambiguous-key",
        severity: "warning",
        message: `kubectl sends the key ${quoted(written)} as "${sent}", since it is a ${key.type} in YAML 1.1`,
        range: key,
        help: "write the key in quotes",
      });
    return sent;
  }
  problems.push({
    rule: "yaml-key",
    severity: "error",
    message: key.type === "null" ? "a key is missing before the `:`" : "a key must be text, not a collection",
    range: key,
    help: "write a key, in quotes if it has symbols",
  });
  return undefined;
}

function duplicateKey(entry: Entry, first: Entry): Problem {
  return {
    rule: "duplicate-key",
    severity: "error",
    message: `the key ${quoted(entry.key)} is written twice in one mapping`,
    range: entry.keyRange,
    notes: [{ message: "first written here", range: first.keyRange }],
    help: "keep one of the two, or merge their values",
  };
}

/** Adds the entries of a merged mapping that are not there yet; returns how many nodes that is. */
function mergeInto(
  entries: Entry[],
  seen: Map<string, Entry>,
  { key, value }: Pair,
  problems: Problem[],
  context: MappingContext,
): number {
  let added = 0;
  for (const source of value.type === "sequence" ? value.items : [value]) {
    if (source.type !== "mapping") {
      problems.push({
        rule: "yaml-merge",
        severity: "error",
        message: "a merge key takes a mapping, or a list of mappings",
        range: source.start === source.end ? key : source,
        help: "write `<<: *name` with the name of an anchored mapping",
      });
      continue;
    }
    if (!context.expand(source.size, key)) return added;
    for (const entry of source.entries) {
      if (seen.has(entry.key)) continue;
      seen.set(entry.key, entry);
      entries.push(entry);
      added += 1 + (entry.value.type === "sequence" || entry.value.type === "mapping" ? entry.value.size : 1);
    }
  }
  return added;
}
