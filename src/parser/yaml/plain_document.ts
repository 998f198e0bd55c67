/**
 * Reads the YAML that almost every file is: block mappings and lists, and scalars that end where their line does. It gives up
 * on all else, which the composer then reads: anchors, tags, block scalars, tabs, whatever is wrong or might be. What it
 * returns is what the composer would (`test/parser/yaml/plain_document.test.ts`), in a fifth of the time.
 */
import { readPlainFlow } from "./plain_flow.js";
import type { Entry, MappingNode, Node, Range, SequenceNode } from "./node.js";
import { plainScalar } from "./plain_scalar.js";
import { isIndicator } from "./scan/indicators.js";

const LF = 0x0a;
const CR = 0x0d;
const SPACE = 0x20;
const QUOTE = 0x22;
const HASH = 0x23;
const APOSTROPHE = 0x27;
const DASH = 0x2d;
const DOT = 0x2e;
const COLON = 0x3a;
const LESS = 0x3c;
const BRACKET = 0x5b;
const BRACE = 0x7b;
const BACKSLASH = 0x5c;

/** Line ends other than LF and CRLF, tabs, byte order marks, and what no YAML may hold. */
// eslint-disable-next-line no-control-regex
const UNUSUAL = /[^\n\r\x20-\x7e\xa0-\u2027\u202a-\ufefe\uff00-\ufffd]|\r(?!\n)/;

/** Deeper ones are left to what knows the limit. */
const DEEPEST = 50;

/** A key that is longer may be none. */
const LONGEST_KEY = 1000;

/** Among so few keys, each is compared with all before it. */
const FEW = 16;

/** Undefined if it is not so plain. */
export function readPlainDocument(text: string, range: Range): Node | undefined {
  const isAll = range.start === 0 && range.end === text.length;
  if (UNUSUAL.test(isAll ? text : text.slice(range.start, range.end))) return undefined;
  const document = new PlainDocument(text, range.end);
  return document.read(range.start);
}

class PlainDocument {
  /** The first character of a line's content, and its column; at the end, the column is -1. */
  private at = 0;
  private column = -1;
  /** Behind what was read last. */
  private last = 0;
  private depth = 0;

  constructor(
    private readonly text: string,
    private readonly end: number,
  ) {}

  read(start: number): Node | undefined {
    let from = start;
    if (this.text.startsWith("---", start)) {
      const end = this.lineEnd(start + 3);
      if (end < 0) return undefined;
      from = end;
    }
    if (!this.toContent(from) || this.column < 0) return undefined;
    const root = this.collection();
    return this.column < 0 ? root : undefined;
  }

  /** Moves to the first line with content, from the start of a line. False at a marker. */
  private toContent(line: number): boolean {
    const { text, end } = this;
    for (let start = line; start < end;) {
      let at = start;
      while (at < end && text.charCodeAt(at) === SPACE) at++;
      const code = at < end ? text.charCodeAt(at) : LF;
      if (code === LF || code === CR) start = at + (code === CR ? 2 : 1);
      else if (code === HASH) start = this.nextLine(at);
      else {
        this.at = at;
        this.column = at - start;
        return this.column > 0 || !(code === DOT || code === DASH) || !this.isMarker(at, code);
      }
    }
    this.column = -1;
    return true;
  }

  private isMarker(at: number, code: number): boolean {
    return this.text.charCodeAt(at + 1) === code && this.text.charCodeAt(at + 2) === code;
  }

  private nextLine(at: number): number {
    const lf = this.text.indexOf("\n", at);
    return lf < 0 || lf >= this.end ? this.end : lf + 1;
  }

  /** The start of the next line, if nothing but a comment stands before it; else -1. A comment needs a blank before it. */
  private lineEnd(from: number): number {
    const { text, end } = this;
    let at = from;
    while (at < end && text.charCodeAt(at) === SPACE) at++;
    if (at >= end) return end;
    const code = text.charCodeAt(at);
    if (code === LF) return at + 1;
    if (code === CR) return at + 2;
    return code === HASH && at > from ? this.nextLine(at) : -1;
  }

  /** The mapping or the list that begins here. */
  private collection(): Node | undefined {
    if (++this.depth > DEEPEST) return undefined;
    const node = this.isDash(this.at) ? this.sequence(false) : this.mapping();
    this.depth--;
    return node;
  }

  private isDash(at: number): boolean {
    if (this.text.charCodeAt(at) !== DASH) return false;
    const next = at + 1 < this.end ? this.text.charCodeAt(at + 1) : LF;
    return next === SPACE || next === LF || next === CR;
  }

  /** @param indentless its dashes stand in the column of the key whose value it is */
  private sequence(indentless: boolean): SequenceNode | undefined {
    const { column, at: start } = this;
    const items: Node[] = [];
    let size = 1;
    do {
      const item = this.item(column);
      if (!item) return undefined;
      items.push(item);
      size += sizeOfOne(item);
      if (this.column > column) return undefined;
    } while (this.column === column && this.isDash(this.at));
    // Where a dash has to be, something else stands.
    if (this.column === column && !indentless) return undefined;
    return { type: "sequence", start, end: this.last, items, size };
  }

  private item(column: number): Node | undefined {
    const dash = this.at;
    const next = this.lineEnd(dash + 1);
    if (next >= 0) {
      this.last = dash + 1;
      if (!this.toContent(next)) return undefined;
      return this.column > column
        ? this.collection()
        : { type: "null", value: null, start: dash, end: dash + 1 };
    }
    let at = dash + 1;
    while (this.text.charCodeAt(at) === SPACE) at++;
    this.at = at;
    this.column = column + at - dash;
    if (this.isDash(at) || this.keyEnd(at) >= 0) return this.collection();
    return this.scalar(at);
  }

  private mapping(): MappingNode | undefined {
    const { column, at: start } = this;
    const entries: Entry[] = [];
    let size = 1;
    let names: Set<string> | undefined;
    do {
      const keyEnd = this.keyEnd(this.at);
      if (keyEnd < 0) return undefined;
      const keyRange = this.key(this.at, keyEnd);
      if (!keyRange) return undefined;
      const key = keyRange.value as string;
      if (entries.length === FEW) names = new Set(entries.map((entry) => entry.key));
      if (names ? names.has(key) : isAmong(entries, key)) return undefined;
      names?.add(key);
      this.last = keyEnd;
      const value = this.value(keyEnd + 1, column);
      if (!value || this.column > column) return undefined;
      entries.push({ key, keyRange, value });
      size += 1 + sizeOfOne(value);
    } while (this.column === column);
    return { type: "mapping", start, end: this.last, entries, size };
  }

  /** Of a key in a column, from behind its colon. */
  private value(from: number, column: number): Node | undefined {
    const next = this.lineEnd(from);
    if (next >= 0) {
      if (!this.toContent(next)) return undefined;
      if (this.column > column) return this.collection();
      if (this.column === column && this.isDash(this.at)) return this.sequence(true);
      return { type: "null", value: null, start: from - 1, end: from - 1 };
    }
    let at = from;
    while (this.text.charCodeAt(at) === SPACE) at++;
    return this.scalar(at);
  }

  /** The place of the colon behind a key that begins here; -1 if it is no plain key. */
  private keyEnd(start: number): number {
    const { text, end } = this;
    const first = text.charCodeAt(start);
    if (first === QUOTE || first === APOSTROPHE) {
      const close = this.quoteEnd(start, first);
      return close > 0 && text.charCodeAt(close) === COLON && this.isBlank(close + 1) ? close : -1;
    }
    if (isIndicator(first) || first === LESS) return -1;
    for (let at = start; at < end; at++) {
      const code = text.charCodeAt(at);
      if (code === COLON && this.isBlank(at + 1))
        return at - start < LONGEST_KEY && text.charCodeAt(at - 1) !== SPACE ? at : -1;
      if (code === LF || (code === HASH && text.charCodeAt(at - 1) === SPACE)) return -1;
    }
    return -1;
  }

  /** A space or the end of a line. */
  private isBlank(at: number): boolean {
    if (at >= this.end) return true;
    const code = this.text.charCodeAt(at);
    return code === SPACE || code === LF || code === CR;
  }

  private key(start: number, end: number): (Node & { readonly type: "string" }) | undefined {
    const first = this.text.charCodeAt(start);
    if (first === QUOTE || first === APOSTROPHE)
      return { type: "string", value: this.text.slice(start + 1, end - 1), start, end };
    const value = this.text.slice(start, end);
    return plainScalar(value).type === "string" ? { type: "string", value, start, end } : undefined;
  }

  /** Behind the quote that closes a text without escapes, in its line; -1 if there is none. */
  private quoteEnd(start: number, quote: number): number {
    const { text, end } = this;
    for (let at = start + 1; at < end; at++) {
      const code = text.charCodeAt(at);
      if (code === LF || (code === BACKSLASH && quote === QUOTE)) return -1;
      if (code === quote) return text.charCodeAt(at + 1) === quote && quote === APOSTROPHE ? -1 : at + 1;
    }
    return -1;
  }

  /** A value that ends in its line, and moves to the line with the next content. */
  private scalar(start: number): Node | undefined {
    const { text } = this;
    const first = text.charCodeAt(start);
    let node: Node | undefined;
    if (first === QUOTE || first === APOSTROPHE) {
      const close = this.quoteEnd(start, first);
      if (close > 0) node = { type: "string", value: text.slice(start + 1, close - 1), start, end: close };
    } else if (first === BRACKET || first === BRACE) {
      node = readPlainFlow(text, start, this.end);
    } else if (!isIndicator(first)) node = this.plain(start);
    if (!node) return undefined;
    const next = this.lineEnd(node.end);
    if (next < 0) return undefined;
    this.last = node.end;
    return this.toContent(next) ? node : undefined;
  }

  private plain(start: number): Node | undefined {
    const { text, end } = this;
    let last = start;
    for (let at = start; at < end; at++) {
      const code = text.charCodeAt(at);
      if (code === LF || code === CR) break;
      if (code === COLON && this.isBlank(at + 1)) return undefined;
      if (code === HASH && text.charCodeAt(at - 1) === SPACE) break;
      if (code !== SPACE) last = at + 1;
    }
    const { type, value } = plainScalar(text.slice(start, last));
    return type === "float" ? undefined : ({ type, value, start, end: last } as Node);
  }
}

function isAmong(entries: readonly Entry[], key: string): boolean {
  for (const entry of entries) if (entry.key === key) return true;
  return false;
}

function sizeOfOne(node: Node): number {
  return node.type === "sequence" || node.type === "mapping" ? node.size : 1;
}
