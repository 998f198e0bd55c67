/** A position as people and editors count it. */
export interface Position {
  /** From 1. */
  readonly line: number;
  /** From 1, in UTF-16 code units. */
  readonly column: number;
  /** From 0, in UTF-16 code units. */
  readonly offset: number;
}

/** One input file: its text, and the translation of offsets to lines. */
export class SourceFile {
  private starts: number[] | undefined;
  private content: string | (() => string);

  /** @param text a function is called once, when the text is needed */
  constructor(
    readonly path: string,
    text: string | (() => string),
  ) {
    this.content = text;
  }

  get text(): string {
    if (typeof this.content === "function") this.content = this.content();
    return this.content;
  }

  /** The position of an offset; offsets past the end are the end. LF, CRLF and a lone CR end a line. */
  position(offset: number): Position {
    const starts = this.lineStarts();
    const at = Math.min(Math.max(offset, 0), this.text.length);
    let low = 0;
    let high = starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (starts[middle]! <= at) low = middle;
      else high = middle - 1;
    }
    return { line: low + 1, column: at - starts[low]! + 1, offset: at };
  }

  /** The text of a line, counted from 1, without what ends it. */
  line(number: number): string {
    const starts = this.lineStarts();
    return this.text.slice(starts[number - 1] ?? this.text.length, starts[number]).replace(/[\r\n]+$/, "");
  }

  private lineStarts(): readonly number[] {
    if (this.starts) return this.starts;
    const starts = [0];
    for (const match of this.text.matchAll(/\r\n|\r|\n/g)) starts.push(match.index + match[0].length);
    return (this.starts = starts);
  }
}

/** The files of one run, by path: what turns a span into a line and a code frame. */
export class SourceMap {
  private readonly files = new Map<string, SourceFile>();

  add(file: SourceFile): SourceFile {
    this.files.set(file.path, file);
    return file;
  }

  get(path: string): SourceFile | undefined {
    return this.files.get(path);
  }

  /** `file:line` of a span's start, the form used in logs, manifests and generated C. */
  where(span: { file: string; start: number }): string {
    const file = this.files.get(span.file);
    return file ? `${span.file}:${file.position(span.start).line}` : span.file;
  }

  all(): Iterable<SourceFile> {
    return this.files.values();
  }
}
