/** Edits mappings of one YAML or JSON document, keeping its style, line ends and the text around them. */
import type { Edit } from "../../source/edit.js";
import type { SourceFile } from "../../source/source_file.js";
import { entryOf } from "../yaml/node.js";
import type { Entry, MappingNode, Node, Range } from "../yaml/node.js";
import { spanOf } from "../yaml/problem.js";

interface LineStart {
  /** What stands before the place in its line. */
  readonly prefix: string;
  /** What ends the line before. */
  readonly lineBreak: string;
}

/** Each method returns undefined if it cannot safely change the text's form, such as an alias. */
export class MappingEdits {
  private readonly text: string;
  private shared: boolean | undefined;

  constructor(
    private readonly file: SourceFile,
    private readonly document: Node,
  ) {
    this.text = file.text;
  }

  /** What stands at a place in the file. */
  written({ start, end }: Range): string {
    return this.text.slice(start, end);
  }

  /** Adds an entry before all others of a mapping that is an item of `list`. */
  insertFirst(list: Node, mapping: MappingNode, key: string, word: string): Edit | undefined {
    if (this.sharesNodes()) return undefined;
    const first = mapping.entries[0];
    const pair = this.flowPair(key, word);
    if (this.isFlow(mapping)) {
      if (!first) return this.edit(mapping.start + 1, mapping.start + 1, pair);
      if (!isBlank(this.text.slice(mapping.start + 1, first.keyRange.start))) return undefined;
      return this.edit(first.keyRange.start, first.keyRange.start, `${pair}${this.comma(first)}`);
    }
    const line = this.lineStart(mapping.start, " -");
    // A mapping without braces in brackets is one pair, which can have no second.
    if (this.isFlow(list) || first?.keyRange.start !== mapping.start || !line) return undefined;
    const indent = line.prefix.replaceAll("-", " ");
    return this.edit(mapping.start, mapping.start, `${key}: ${word}${line.lineBreak}${indent}`);
  }

  /** Adds a list after the entry `after`, or after all if there is none. */
  insertList(mapping: MappingNode, after: string, key: string, words: readonly string[]): Edit | undefined {
    if (this.sharesNodes()) return undefined;
    const entry = entryOf(mapping, after) ?? mapping.entries.at(-1);
    if (this.isFlow(mapping)) {
      const pair = this.flowPair(key, this.flowList(words));
      if (!entry) return this.edit(mapping.start + 1, mapping.start + 1, pair);
      const { start, end } = entry.value;
      return start === end ? undefined : this.edit(end, end, `${this.comma(entry)}${pair}`);
    }
    const line = entry && this.lineStart(entry.keyRange.start, " ");
    const end = line && this.lastLineEnd(entry, line.prefix);
    if (end === undefined) return undefined;
    const indent = line!.prefix;
    const dashes = `${indent}${" ".repeat(this.dashIndent(mapping))}- `;
    const lines = [`${indent}${key}:`, ...words.map((word) => `${dashes}${word}`)];
    return this.edit(end, end, lines.map((text) => `${line!.lineBreak}${text}`).join(""));
  }

  /** Fills an empty list that is written as `[]`. */
  fillList(list: Node, words: readonly string[]): Edit | undefined {
    if (this.sharesNodes() || !/^\[\s*\]$/.test(this.text.slice(list.start, list.end))) return undefined;
    return this.edit(list.start, list.end, this.flowList(words));
  }

  /** Removes an entry whose value is a list that is not empty: in block style whole lines, in flow style its comma too. */
  removeEntry(mapping: MappingNode, entry: Entry): Edit | undefined {
    if (this.sharesNodes()) return undefined;
    const { keyRange: key, value } = entry;
    if (!this.isFlow(mapping)) {
      const line = this.lineStart(key.start, " ");
      const end = line && this.lastLineEnd(entry, line.prefix);
      if (end === undefined) return undefined;
      const lineFeed = this.text.indexOf("\n", end);
      return this.edit(key.start - line!.prefix.length, lineFeed < 0 ? this.text.length : lineFeed + 1, "");
    }
    const index = mapping.entries.indexOf(entry);
    const before = mapping.entries[index - 1];
    const next = mapping.entries[index + 1];
    const isComma = (from: number, to: number) => /^\s*,\s*$/.test(this.text.slice(from, to));
    if (before)
      return isComma(before.value.end, key.start) ? this.edit(before.value.end, value.end, "") : undefined;
    if (!next || !isComma(value.end, next.keyRange.start)) return undefined;
    return this.edit(key.start, next.keyRange.start, "");
  }

  /** Replaces the text of a scalar that is written as it is, in quotes or without; `text` needs no quotes. */
  replaceScalar(scalar: Range, value: string, text: string): Edit | undefined {
    if (this.sharesNodes()) return undefined;
    const written = this.text.slice(scalar.start, scalar.end);
    for (const quote of ["", '"', "'"])
      if (written === `${quote}${value}${quote}`)
        return this.edit(scalar.start, scalar.end, `${quote}${text}${quote}`);
    return undefined;
  }

  /** Anchors and merge keys, because a change to a node's text would affect all its uses. */
  private sharesNodes(): boolean {
    if (this.shared !== undefined) return this.shared;
    const text = this.text.slice(this.document.start, this.document.end);
    return (this.shared = /(?:^|[\s,[{:])&\S/.test(text) || text.includes("<<"));
  }

  private isFlow({ start }: Range): boolean {
    return this.text[start] === "{" || this.text[start] === "[";
  }

  /** A pair as it can stand in braces, in quotes where the document is JSON. */
  private flowPair(key: string, value: string): string {
    return this.isJson() ? `"${key}": ${value[0] === "[" ? value : `"${value}"`}` : `${key}: ${value}`;
  }

  private flowList(words: readonly string[]): string {
    return `[${words.map((word) => (this.isJson() ? `"${word}"` : word)).join(", ")}]`;
  }

  private isJson(): boolean {
    return this.text[this.document.start] === "{";
  }

  /** A comma, and what separates an entry from the one before it: a space, or the line break and the indentation. */
  private comma({ keyRange }: Entry): string {
    const line = this.lineStart(keyRange.start, " \t");
    return line ? `,${line.lineBreak}${line.prefix}` : ", ";
  }

  /** The start of a place's line, if nothing but `passed` characters stands before it; a lone CR is no line break here. */
  private lineStart(at: number, passed: string): LineStart | undefined {
    let start = at;
    while (start > 0 && passed.includes(this.text[start - 1]!)) start--;
    if (this.text[start - 1] !== "\n") return undefined;
    const lineBreak = this.text[start - 2] === "\r" ? "\r\n" : "\n";
    return { prefix: this.text.slice(start, at), lineBreak };
  }

  /** Where the last line of an entry in block style ends, if only a comment follows and no line after it belongs to it. */
  private lastLineEnd({ value }: Entry, indent: string): number | undefined {
    // The `:` or `-` before a value that is not written.
    const rest = /[-:]?(?:[ \t]+(?:#[^\r\n]*)?)?(?=\r?\n|$)/y;
    rest.lastIndex = value.end;
    if (!rest.test(this.text)) return undefined;
    const next = /(?:[ \t]*(?:#[^\r\n]*)?\r?\n)*( *)(-(?=\s|$)|[^\s#]|$)/y;
    next.lastIndex = rest.lastIndex;
    const [, spaces, first] = next.exec(this.text) ?? [];
    if (spaces === undefined) return undefined;
    const deeper = spaces.length > indent.length || (spaces.length === indent.length && first === "-");
    return deeper && first !== "" ? undefined : rest.lastIndex;
  }

  /** How much deeper than its key a list's dashes stand in this mapping. */
  private dashIndent(mapping: MappingNode): number {
    for (const { keyRange, value } of mapping.entries) {
      if (value.type !== "sequence" || this.text[value.start] !== "-") continue;
      const dash = this.lineStart(value.start, " ")?.prefix.length;
      const key = this.lineStart(keyRange.start, " ")?.prefix.length;
      if (dash !== undefined && key !== undefined) return Math.max(0, dash - key);
    }
    return 2;
  }

  private edit(start: number, end: number, text: string): Edit {
    return { span: spanOf(this.file.path, { start, end }), text };
  }
}

function isBlank(text: string): boolean {
  return /^\s*$/.test(text);
}
