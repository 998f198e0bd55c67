import type { Range } from "./node.js";

/** What Go takes for blank. */
const BLANKS = /^(?:\x85|(?!\uFEFF)\s)*/;

export interface DocumentText extends Range {
  /** What follows the `---` before it, other than a comment: kubectl takes no such line, and stops there. */
  readonly behindSeparator?: Range;
}

/**
 * The documents of a stream, as kubectl cuts it before it parses any: at each line that begins with `---`, whatever is
 * open there. So a syntax error costs its own document only. A `---` with nothing before it belongs to its document.
 */
export function splitDocuments(text: string, from: number): DocumentText[] {
  const documents: DocumentText[] = [];
  let start = from;
  let behindSeparator: Range | undefined;
  const add = (end: number) => {
    if (end > start || behindSeparator)
      documents.push({ start, end, ...(behindSeparator && { behindSeparator }) });
  };
  for (let line = from; line < text.length;) {
    const next = lineAfter(text, line);
    if (text.startsWith("---", line)) {
      const behind = line + 3 + BLANKS.exec(text.slice(line + 3, next))![0].length;
      const isRefused = behind < next && text[behind] !== "#";
      if (line > start || isRefused) {
        if (line > start) add(line);
        start = next;
        behindSeparator = isRefused ? { start: behind, end: lineEnd(text, behind, next) } : undefined;
      }
    }
    line = next;
  }
  add(text.length);
  return documents;
}

function lineAfter(text: string, from: number): number {
  const lf = text.indexOf("\n", from);
  return lf < 0 ? text.length : lf + 1;
}

function lineEnd(text: string, from: number, next: number): number {
  return from + text.slice(from, next).trimEnd().length;
}
