/**
 * JSON as kubectl reads it: a stream whose first character is a brace is JSON, values one after another, until one of the
 * first two is none; the rest is YAML then.
 */
import { LIMITS } from "./limits.js";
import type { Findings } from "./findings.js";
import { buildMapping } from "./mapping.js";
import type { Pair } from "./mapping.js";
import { sizeOf } from "./node.js";
import type { Node } from "./node.js";
import { isSentInDigits } from "./plain_scalar.js";
import { TOO_DEEP, YamlError } from "./scan/cursor.js";

/** Behind what Go takes for blank. */
const FIRST_BRACE = /(?:\x85|(?!\uFEFF)\s)*\{/y;
const NUMBER = /-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?/y;
const HALF_PAIR = /[\uD800-\uDBFF](?![\uDC00-\uDFFF])|(?<![\uD800-\uDBFF])[\uDC00-\uDFFF]/g;
const BLANKS = /[ \t\r\n]*/y;

export function startsAsJson(text: string, from: number): boolean {
  FIRST_BRACE.lastIndex = from;
  return FIRST_BRACE.test(text);
}

/** One value; throws a `YamlError` for what is no JSON, with its offset in the text. */
export class JsonReader {
  private depth = 0;

  constructor(
    private readonly text: string,
    /** Behind the value, when it has been read. */
    public at: number,
    private readonly findings: Findings,
  ) {}

  /** undefined at the end of the text. */
  read(): Node | undefined {
    this.skip(BLANKS);
    return this.at === this.text.length ? undefined : this.value();
  }

  private value(): Node {
    const start = this.at;
    const char = this.text[start];
    switch (char) {
      case "{":
        return this.nested(() => this.object(start));
      case "[":
        return this.nested(() => this.array(start));
      case '"':
        return { type: "string", value: this.string(), start, end: this.at };
      case "t":
        return this.word("true", { type: "boolean", value: true, start, end: start + 4 });
      case "f":
        return this.word("false", { type: "boolean", value: false, start, end: start + 5 });
      case "n":
        return this.word("null", { type: "null", value: null, start, end: start + 4 });
    }
    const digits = this.skip(NUMBER);
    if (digits === "") throw this.error(start);
    return this.number(Number(digits), start);
  }

  private number(value: number, start: number): Node {
    const { at: end } = this;
    if (isSentInDigits(value)) return { type: "integer", value: value + 0, start, end };
    const node: Node = { type: "float", value, start, end };
    this.findings.checkNumber(node);
    return node;
  }

  private nested(read: () => Node): Node {
    if (++this.depth > LIMITS.depth) throw new YamlError(TOO_DEEP, this.at);
    const node = read();
    this.depth--;
    return node;
  }

  private object(start: number): Node {
    const pairs: Pair[] = [];
    this.list("}", () => {
      const at = this.at;
      if (this.text[at] !== '"') throw this.error(at);
      const key: Node = { type: "string", value: this.string(), start: at, end: this.at };
      this.expect(":");
      pairs.push({ key, value: this.value() });
    });
    return buildMapping({ start, end: this.at }, pairs, this.findings);
  }

  private array(start: number): Node {
    const items: Node[] = [];
    this.list("]", () => items.push(this.value()));
    return { type: "sequence", start, end: this.at, items, size: sizeOf(items) };
  }

  /** From an opening bracket to behind its closing one. */
  private list(closer: string, entry: () => void): void {
    this.at++;
    this.skip(BLANKS);
    if (this.text[this.at] === closer) {
      this.at++;
      return;
    }
    for (;;) {
      entry();
      this.skip(BLANKS);
      const char = this.text[this.at];
      if (char !== "," && char !== closer) throw this.error(this.at);
      this.at++;
      if (char === closer) return;
      this.skip(BLANKS);
    }
  }

  private expect(char: string): void {
    this.skip(BLANKS);
    if (this.text[this.at] !== char) throw this.error(this.at);
    this.at++;
    this.skip(BLANKS);
  }

  private string(): string {
    const start = this.at++;
    let isPlain = true;
    for (;;) {
      const code = this.text.charCodeAt(this.at);
      if (!(code >= 0x20)) throw this.error(this.at);
      if (code === 0x22) break;
      if (code === 0x5c) isPlain = false;
      this.at += code === 0x5c ? 2 : 1;
    }
    this.at++;
    const written = this.text.slice(start, this.at);
    if (isPlain) return written.slice(1, -1);
    try {
      // Half a surrogate pair becomes what Go makes of it.
      return (JSON.parse(written) as string).replace(HALF_PAIR, "\uFFFD");
    } catch {
      throw this.error(start);
    }
  }

  private word(word: string, node: Node): Node {
    if (!this.text.startsWith(word, this.at)) throw this.error(this.at);
    this.at = node.end;
    return node;
  }

  private skip(pattern: RegExp): string {
    pattern.lastIndex = this.at;
    const found = pattern.exec(this.text)?.[0] ?? "";
    this.at += found.length;
    return found;
  }

  private error(at: number): YamlError {
    return new YamlError("this is not valid JSON", at);
  }
}

/**
 * The place from which what is left of a JSON stream is read as YAML: behind the blanks of the line. undefined if fewer
 * than four bytes are left of that line, even of a comment: kubectl looks that far ahead.
 */
export function restAsYaml(text: string, from: number): number | undefined {
  const blanks = /[^\S\n]*/y;
  blanks.lastIndex = from;
  const at = from + (blanks.exec(text)?.[0].length ?? 0);
  if (text[at] === "\n") return at + 1;
  return Buffer.byteLength(text.slice(at, at + 4)) < 4 ? undefined : at;
}
