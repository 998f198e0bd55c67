/**
 * The tokens of one YAML document, as the parser of kubectl and of the API server's other clients finds them (go-yaml v2,
 * which follows libyaml): what one of them takes and another refuses, such as tabs and indentation inside brackets, is
 * decided here.
 *
 * A key needs no mark before it, so it is known to be one when its colon comes. Until then it is a possible simple key;
 * the tokens behind it wait, and the `key` token is put before them.
 */
import { scanBlock } from "./block_scalar.js";
import { Cursor, DASH, SPACE, TAB, YamlError, isBlank, isBlankOrEnd, isBreak } from "./cursor.js";
import { isIndicator } from "./indicators.js";
import { scanPlain } from "./plain_scalar.js";
import { scanAnchor, scanDirective, scanTag } from "./properties.js";
import { scanQuoted } from "./quoted_scalar.js";
import { token } from "./token.js";
import type { Token, TokenKind } from "./token.js";

interface SimpleKey {
  readonly at: number;
  readonly line: number;
  readonly column: number;
  /** The number of the token that would be the key's first. */
  readonly token: number;
  /** Something at this indentation has to be a key. */
  readonly required: boolean;
}

/** A colon is looked for on the line of the key, and this far. */
const MAX_KEY_LENGTH = 1024;

const COLON = 0x3a;
const QUESTION = 0x3f;
const HASH = 0x23;
const PERCENT = 0x25;
const BOM = 0xfeff;

export class Scanner {
  private readonly cursor: Cursor;
  private queue: Token[] = [];
  private head = 0;
  /** How many tokens have left the queue. */
  private taken = 0;
  private done = false;
  private indent = -1;
  private readonly indents: number[] = [];
  /** The possible simple key of the block context and of each bracket that is open. */
  private readonly keys: (SimpleKey | undefined)[] = [undefined];
  private keyAllowed = true;

  constructor(text: string) {
    this.cursor = new Cursor(text);
    if (text.charCodeAt(0) === BOM) this.cursor.at = this.cursor.lineStart = 1;
  }

  peek(): Token {
    while (!this.done && (this.head === this.queue.length || this.headMayBeKey())) this.fetch();
    return this.queue[this.head]!;
  }

  /** Takes the token that `peek` returned. */
  next(): Token {
    const found = this.peek();
    if (found.kind === "stream-end") return found;
    this.head++;
    this.taken++;
    if (this.head === this.queue.length) {
      this.queue = [];
      this.head = 0;
    }
    return found;
  }

  private get flowLevel(): number {
    return this.keys.length - 1;
  }

  private headMayBeKey(): boolean {
    for (let level = 0; level < this.keys.length; level++) {
      const key = this.keys[level];
      if (key?.token === this.taken) return this.isValid(key, level);
    }
    return false;
  }

  /** A key whose colon can still come; one whose colon had to come is an error. */
  private isValid(key: SimpleKey, level: number): boolean {
    const { cursor } = this;
    if (key.line === cursor.line && key.at + MAX_KEY_LENGTH >= cursor.at) return true;
    if (key.required) throw new YamlError("could not find expected ':'", key.at);
    this.keys[level] = undefined;
    return false;
  }

  private saveKey(): void {
    const { cursor } = this;
    if (!this.keyAllowed) return;
    this.dropKey();
    this.keys[this.flowLevel] = {
      at: cursor.at,
      line: cursor.line,
      column: cursor.column,
      token: this.taken + this.queue.length - this.head,
      required: this.flowLevel === 0 && this.indent === cursor.column,
    };
  }

  private dropKey(): void {
    const key = this.keys[this.flowLevel];
    if (key?.required) throw new YamlError("could not find expected ':'", key.at);
    this.keys[this.flowLevel] = undefined;
  }

  private add(found: Token, place = this.queue.length): void {
    if (place === this.queue.length) this.queue.push(found);
    else this.queue.splice(place, 0, found);
  }

  private indicator(kind: TokenKind, length = 1): void {
    const start = this.cursor.at;
    this.cursor.at += length;
    this.queue.push(token(kind, start, this.cursor.at));
  }

  /** Opens a block collection if `column` is deeper than what is open. */
  private roll(column: number, kind: TokenKind, at: number, place?: number): void {
    if (this.flowLevel > 0 || this.indent >= column) return;
    this.indents.push(this.indent);
    this.indent = column;
    this.add(token(kind, at, at), place);
  }

  private unroll(column: number): void {
    if (this.flowLevel > 0) return;
    for (; this.indent > column; this.indent = this.indents.pop()!)
      this.queue.push(token("block-end", this.cursor.at, this.cursor.at));
  }

  private fetch(): void {
    const { cursor } = this;
    this.toNextToken();
    this.unroll(cursor.column);
    const code = cursor.code();
    if (code === 0) return this.streamEnd();
    if (cursor.column === 0 && code === PERCENT) return this.directive();
    if (cursor.atDocumentMarker())
      return this.documentMarker(code === DASH ? "document-start" : "document-end");
    // Most tokens are plain, and begin with what is no indicator.
    if (!isIndicator(code)) return this.plain(code);
    switch (String.fromCharCode(code)) {
      case "[":
      case "{":
        return this.open(code === 0x5b ? "[" : "{");
      case "]":
      case "}":
        return this.close(code === 0x5d ? "]" : "}");
      case ",":
        this.dropKey();
        this.keyAllowed = true;
        return this.indicator(",");
      case "-":
        if (isBlankOrEnd(cursor.code(1))) return this.entry();
        break;
      case "?":
        if (this.flowLevel > 0 || isBlankOrEnd(cursor.code(1))) return this.key();
        break;
      case ":":
        if (this.flowLevel > 0 || isBlankOrEnd(cursor.code(1))) return this.value();
        break;
      case "*":
        return this.property(() => scanAnchor(cursor, "alias"));
      case "&":
        return this.property(() => scanAnchor(cursor, "anchor"));
      case "!":
        return this.property(() => scanTag(cursor));
      case "'":
      case '"':
        return this.property(() => scanQuoted(cursor));
      case "|":
      case ">":
        if (this.flowLevel === 0) return this.block();
        break;
    }
    this.plain(code);
  }

  /**
   * Tabs may stand between tokens inside brackets, and behind what no key can follow; not where they would indent: at the
   * start of a line, or behind `-`, `?` and the `:` of a key that is marked by `?`.
   */
  private toNextToken(): void {
    const { cursor } = this;
    for (;;) {
      const tabs = this.flowLevel > 0 || !this.keyAllowed;
      while (cursor.code() === SPACE || (tabs && cursor.code() === TAB)) cursor.at++;
      if (cursor.code() === HASH) cursor.skipComment();
      if (!isBreak(cursor.code())) return;
      cursor.lineBreak();
      if (this.flowLevel === 0) this.keyAllowed = true;
    }
  }

  private streamEnd(): void {
    this.unroll(-1);
    this.dropKey();
    this.keyAllowed = false;
    this.indicator("stream-end", 0);
    this.done = true;
  }

  private directive(): void {
    this.unroll(-1);
    this.dropKey();
    this.keyAllowed = false;
    this.add(scanDirective(this.cursor));
  }

  private documentMarker(kind: "document-start" | "document-end"): void {
    this.unroll(-1);
    this.dropKey();
    this.keyAllowed = false;
    this.indicator(kind, 3);
  }

  private open(kind: "[" | "{"): void {
    this.saveKey();
    this.keys.push(undefined);
    this.keyAllowed = true;
    this.indicator(kind);
  }

  private close(kind: "]" | "}"): void {
    this.dropKey();
    if (this.flowLevel > 0) this.keys.pop();
    this.keyAllowed = false;
    this.indicator(kind);
  }

  private entry(): void {
    const { cursor } = this;
    if (this.flowLevel === 0) {
      if (!this.keyAllowed)
        throw new YamlError("block sequence entries are not allowed in this context", cursor.at);
      this.roll(cursor.column, "block-sequence-start", cursor.at);
    }
    this.dropKey();
    this.keyAllowed = true;
    this.indicator("-");
  }

  private key(): void {
    const { cursor } = this;
    if (this.flowLevel === 0) {
      if (!this.keyAllowed) throw new YamlError("mapping keys are not allowed in this context", cursor.at);
      this.roll(cursor.column, "block-mapping-start", cursor.at);
    }
    this.dropKey();
    this.keyAllowed = this.flowLevel === 0;
    this.indicator("key");
  }

  private value(): void {
    const { cursor } = this;
    const key = this.keys[this.flowLevel];
    if (key && this.isValid(key, this.flowLevel)) {
      const place = this.head + key.token - this.taken;
      this.add(token("key", key.at, key.at), place);
      this.roll(key.column, "block-mapping-start", key.at, place);
      this.keys[this.flowLevel] = undefined;
      this.keyAllowed = false;
    } else {
      if (this.flowLevel === 0) {
        if (!this.keyAllowed)
          throw new YamlError("mapping values are not allowed in this context", cursor.at);
        this.roll(cursor.column, "block-mapping-start", cursor.at);
      }
      this.keyAllowed = this.flowLevel === 0;
    }
    this.indicator("value");
  }

  /** What may be a key, or come before one, and has no other behind it. */
  private property(scan: () => Token): void {
    this.saveKey();
    this.keyAllowed = false;
    this.add(scan());
  }

  private block(): void {
    this.dropKey();
    this.keyAllowed = true;
    this.add(scanBlock(this.cursor, this.indent));
  }

  private plain(code: number): void {
    const { cursor } = this;
    const next = cursor.code(1);
    const isPlain =
      !(isBlank(code) || isIndicator(code)) ||
      (code === DASH && !isBlank(next)) ||
      (this.flowLevel === 0 && (code === QUESTION || code === COLON) && !isBlankOrEnd(next));
    if (!isPlain) throw new YamlError("found character that cannot start any token", cursor.at);
    this.saveKey();
    this.keyAllowed = false;
    const { token: found, isMultiline } = scanPlain(cursor, this.indent + 1, this.flowLevel > 0);
    this.add(found);
    if (isMultiline) this.keyAllowed = true;
  }
}
