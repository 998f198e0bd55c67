import type { Range } from "./node.js";

/**
 * The ranges of a stream's documents, cut before each `---` and after each `...` at the start of a line, where YAML ends
 * a document whatever comes before. So a syntax error costs its own document only. A `---` that follows directives or
 * comments only belongs to them.
 */
export function splitDocuments(text: string): Range[] {
  const ranges: Range[] = [];
  let start = 0;
  let line = 0;
  let empty = true;
  while (line < text.length) {
    const next = lineAfter(text, line);
    if (isMarker(text, line, "---")) {
      if (!empty) {
        ranges.push({ start, end: line });
        start = line;
      }
      empty = false;
    } else if (isMarker(text, line, "...")) {
      ranges.push({ start, end: next });
      start = next;
      empty = true;
    } else if (empty) {
      empty = isBlankOrDirective(text, line, next);
    }
    line = next;
  }
  if (start < text.length) ranges.push({ start, end: text.length });
  return ranges;
}

/**
 * The JSON objects of a document that is nothing but such, one after another, which the API's clients read as documents.
 * undefined if it is something else.
 */
export function splitJson(text: string, { start, end }: Range): Range[] | undefined {
  const ranges: Range[] = [];
  let from = start;
  let depth = 0;
  let isString = false;
  for (let at = start; at < end; at++) {
    const char = text[at]!;
    if (isString) {
      if (char === "\\") at++;
      else if (char === '"') isString = false;
    } else if (char === "{") {
      if (depth++ === 0) from = at;
    } else if (depth === 0) {
      if (!/\s/.test(char)) return undefined;
    } else if (char === '"') isString = true;
    else if (char === "}" && --depth === 0) ranges.push({ start: from, end: at + 1 });
  }
  return depth === 0 && ranges.length > 1 ? ranges : undefined;
}

function lineAfter(text: string, from: number): number {
  const lf = text.indexOf("\n", from);
  return lf < 0 ? text.length : lf + 1;
}

function isMarker(text: string, at: number, marker: "---" | "..."): boolean {
  if (!text.startsWith(marker, at)) return false;
  const after = text.charCodeAt(at + 3);
  return Number.isNaN(after) || after === 0x20 || after === 0x09 || after === 0x0a || after === 0x0d;
}

function isBlankOrDirective(text: string, from: number, to: number): boolean {
  let at = from;
  while (at < to && (text[at] === " " || text[at] === "\t" || text[at] === "\r" || text[at] === "\uFEFF"))
    at++;
  const first = text[at];
  return at === to || first === "\n" || first === "#" || (first === "%" && at === from);
}
