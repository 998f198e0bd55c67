/** A place in the text of one document, and what kinds of character the API's clients tell apart. */

/** What stops a document from being read. `at` is an offset of the document's text. */
export class YamlError extends Error {
  constructor(
    readonly reason: string,
    readonly at: number,
  ) {
    super(reason);
  }
}

export const TOO_DEEP = "collections are nested too deep";

/** Walks a text. `code` is 0 at the end, and only there: a file with a NUL is refused before. */
export class Cursor {
  at = 0;
  line = 0;
  lineStart = 0;
  private readonly input: string;

  constructor(readonly text: string) {
    // A last line without a line break gets one. The rest is for the longest look-ahead, a `---` and what follows it.
    this.input = `${text}${text.endsWith("\n") ? "" : "\n"}\0\0\0\0`;
  }

  get column(): number {
    return this.at - this.lineStart;
  }

  code(ahead = 0): number {
    return this.input.charCodeAt(this.at + ahead);
  }

  /** Moves over one line break: a CRLF is one. Returns what it means in a value. */
  lineBreak(): string {
    const code = this.code();
    this.at += code === CR && this.code(1) === LF ? 2 : 1;
    this.line++;
    this.lineStart = this.at;
    return code === LS || code === PS ? String.fromCharCode(code) : "\n";
  }

  skipBlanks(): void {
    while (isBlank(this.code())) this.at++;
  }

  /** Moves to the end of the line. */
  skipComment(): void {
    while (!isBreakOrEnd(this.code())) this.at++;
  }

  /** A `---` or `...` at the start of a line, with nothing but a blank or a line break behind it. */
  atDocumentMarker(): boolean {
    if (this.at !== this.lineStart) return false;
    const code = this.code();
    return (
      (code === DASH || code === DOT) &&
      this.code(1) === code &&
      this.code(2) === code &&
      isBlankOrEnd(this.code(3))
    );
  }
}

const LF = 0x0a;
const CR = 0x0d;
const NEL = 0x85;
const LS = 0x2028;
const PS = 0x2029;
export const TAB = 0x09;
export const SPACE = 0x20;
export const DASH = 0x2d;
const DOT = 0x2e;
const ZERO = 0x30;
const NINE = 0x39;

export function isBlank(code: number): boolean {
  return code === SPACE || code === TAB;
}

/** As YAML 1.1 has it: the line ends of Unicode too. */
export function isBreak(code: number): boolean {
  return code === LF || code === CR || code === NEL || code === LS || code === PS;
}

export function isBreakOrEnd(code: number): boolean {
  return code === 0 || isBreak(code);
}

export function isBlankOrEnd(code: number): boolean {
  return isBlank(code) || isBreakOrEnd(code);
}

export function isDigit(code: number): boolean {
  return code >= ZERO && code <= NINE;
}

/** A character of an anchor, of a tag's handle and of a directive's name. */
export function isWord(code: number): boolean {
  return (
    isDigit(code) ||
    (code >= 0x41 && code <= 0x5a) ||
    (code >= 0x61 && code <= 0x7a) ||
    code === 0x5f ||
    code === DASH
  );
}
