/** Removing one item of a list from the text of a policy file. */
import type { Edit, Fix } from "../../source/edit.js";
import type { SourceFile, SourceMap } from "../../source/source_file.js";
import type { Span } from "../../source/span.js";

/**
 * A fix that removes an item of a YAML sequence (block or flow) or of a TypeScript array. It is safe if no comment is
 * removed with it or left behind without its subject. Undefined if the text has another form.
 */
export function removeItemFix(sources: SourceMap, span: Span, message: string): Fix | undefined {
  const source = sources.get(span.file);
  if (!source) return undefined;
  const edit = blockItem(source, span) ?? flowItem(source, span);
  if (!edit) return undefined;
  const removed = source.text.slice(edit.span.start, edit.span.end);
  const safe =
    !hasComment(removed) && !isComment(lineBefore(source.text, startOfLine(source.text, edit.span.start)));
  return { message, edits: [edit], safe };
}

/** `- item` lines of YAML. Removing the only item leaves `[]`, because a key without a value may mean something else. */
function blockItem(source: SourceFile, { file, start, end }: Span): Edit | undefined {
  const { text } = source;
  const lineStart = startOfLine(text, start);
  const marker = /^([ ]*)-[ \t]+$/.exec(text.slice(lineStart, start));
  if (!marker) return undefined;
  const after = endOfLine(text, end);
  if (!/^[ \t]*(#[^\r\n]*)?(\r\n|\r|\n)?$/.test(text.slice(end, after))) return undefined;
  const indent = marker[1]!;
  const isItem = (line: string) => line.startsWith(`${indent}-`) && /^[ ]*-\s/.test(`${line} `);
  const next = skip(text, after, 1);
  const before = skip(text, lineStart, -1);
  if (isItem(next) || (isSibling(before, indent) && !/:\s*$/.test(withoutComment(before))))
    return { span: { file, start: lineStart, end: after }, text: "" };
  const key = /^[^#]*:(?=[ \t]*(?:#[^\r\n]*)?(?:\r\n|\r|\n)$)/.exec(lineBefore(text, lineStart));
  if (!key) return undefined;
  const at = startOfLine(text, lineStart - 1) + key[0].length;
  return { span: { file, start: at, end: after }, text: ` []${text.slice(at, lineStart)}` };
}

/** The line is of an earlier item of the list: its marker, or what is deeper than the marker. */
function isSibling(line: string, indent: string): boolean {
  return line.startsWith(`${indent}-`) || line.startsWith(`${indent} `);
}

/** An element between brackets or commas, with one of its commas. */
function flowItem(source: SourceFile, { file, start, end }: Span): Edit | undefined {
  const { text } = source;
  const before = /[[,]\s*$/.exec(text.slice(Math.max(0, start - 1000), start));
  if (!before) return undefined;
  const opened = start - before[0].length;
  const follows = /^\s*,[ \t]*/.exec(text.slice(end, end + 1000));
  if (follows) {
    const whole = /^(\r\n|\r|\n)/.exec(text.slice(end + follows[0].length));
    const lineStart = startOfLine(text, start);
    // If an element has its lines to itself, they are removed with it.
    if (whole && /^[ \t]*$/.test(text.slice(lineStart, start)))
      return { span: { file, start: lineStart, end: end + follows[0].length + whole[0].length }, text: "" };
    return { span: { file, start, end: end + follows[0].length }, text: "" };
  }
  if (!/^\s*\]/.test(text.slice(end, end + 1000))) return undefined;
  const first = text[opened] === "[";
  return { span: { file, start: first ? opened + 1 : opened, end }, text: "" };
}

function isComment(line: string): boolean {
  return /^\s*(#|\/\/|\/\*|\*)/.test(line);
}

function hasComment(text: string): boolean {
  return /(^|\s)#|\/\/|\/\*/.test(text);
}

function withoutComment(line: string): string {
  return line.replace(/(^|\s)#.*$/, "");
}

function startOfLine(text: string, at: number): number {
  return Math.max(text.lastIndexOf("\n", at - 1), text.lastIndexOf("\r", at - 1)) + 1;
}

/** Past what ends the line. */
function endOfLine(text: string, at: number): number {
  const rest = /\r\n|\r|\n/.exec(text.slice(at));
  return rest ? at + rest.index + rest[0].length : text.length;
}

/** The line that ends at the start of a line, with what ends it. */
function lineBefore(text: string, lineStart: number): string {
  if (lineStart === 0) return "";
  const crlf = text[lineStart - 1] === "\n" && text[lineStart - 2] === "\r";
  return text.slice(startOfLine(text, lineStart - (crlf ? 2 : 1)), lineStart);
}

/** The nearest line, forwards from or backwards to the start of a line, that is neither empty nor a comment. */
function skip(text: string, at: number, direction: 1 | -1): string {
  for (;;) {
    if (direction === 1 ? at >= text.length : at <= 0) return "";
    const line = direction === 1 ? text.slice(at, endOfLine(text, at)) : lineBefore(text, at);
    if (!/^\s*(#.*)?$/.test(line.replace(/[\r\n]+$/, ""))) return line.replace(/[\r\n]+$/, "");
    at += direction * line.length;
  }
}
