/** Diagnostics for people in a terminal: the place, the message, the other place that explains it, and what to do. */
import pc from "picocolors";
import { countBySeverity } from "./diagnostic.js";
import type { Diagnostic } from "./diagnostic.js";
import { printable } from "./printable.js";
import type { SourceMap } from "./source_file.js";
import type { Span } from "./span.js";

export type Colors = ReturnType<typeof pc.createColors>;

/** Colours for a stream: off unless it is a terminal or `FORCE_COLOR` is set; `NO_COLOR` turns them off. */
export function colorsFor(stream: { readonly isTTY?: boolean }, wanted = true): Colors {
  const { FORCE_COLOR, NO_COLOR } = process.env;
  const forced = FORCE_COLOR !== undefined && FORCE_COLOR !== "" && FORCE_COLOR !== "0";
  return pc.createColors(wanted && !NO_COLOR && (forced || stream.isTTY === true));
}

/** The most lines of a span that a frame shows. */
const MAX_LINES = 4;
/** The most columns of a source line that a frame shows. */
const MAX_COLUMNS = 120;

export function prettyDiagnostic(diagnostic: Diagnostic, sources: SourceMap, colors: Colors): string {
  const { span, severity, rule, notes = [], help } = diagnostic;
  const paint = { error: colors.red, warning: colors.yellow, note: colors.cyan }[severity];
  const message = printable(diagnostic.message);
  const place = placeOf(span, sources);
  const lines = [
    [place && colors.bold(place), colors.dim(printable(rule)), paint(severity)].filter(Boolean).join("  "),
  ];
  // Notes are short, because a file may contain hundreds of policies of another API.
  const framed = severity === "note" ? undefined : frame(span, message, sources, colors, paint);
  lines.push(...(framed ?? [`  ${paint(message)}`]));
  for (const note of notes) {
    lines.push(`  ${colors.dim(printable(note.message))}`);
    if (!note.span) continue;
    if (note.span.file !== span.file) lines.push(`  ${colors.dim(placeOf(note.span, sources))}`);
    lines.push(...(frame(note.span, undefined, sources, colors, colors.cyan) ?? []));
  }
  if (help !== undefined && severity !== "note") lines.push(`  ${colors.bold("help:")} ${printable(help)}`);
  return lines.join("\n");
}

/** All diagnostics, separated by empty lines, and the counts at the end: "2 errors, 1 warning in 3 files". */
export function prettyReport(
  diagnostics: readonly Diagnostic[],
  sources: SourceMap,
  files: number,
  colors: Colors,
): string {
  const blocks = diagnostics.map((diagnostic) => prettyDiagnostic(diagnostic, sources, colors));
  return [...blocks, prettySummary(diagnostics, files, colors)].join("\n\n");
}

function prettySummary(diagnostics: readonly Diagnostic[], files: number, colors: Colors): string {
  const { error, warning, note } = countBySeverity(diagnostics);
  const paint = error > 0 ? colors.red : warning > 0 ? colors.yellow : colors.green;
  const counts = [
    count(error, "error"),
    count(warning, "warning"),
    ...(note > 0 ? [count(note, "note")] : []),
  ];
  return `${paint(counts.join(", "))} in ${count(files, "file")}`;
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? "" : "s"}`;
}

function placeOf(span: Span, sources: SourceMap): string {
  const position = sources.get(span.file)?.position(span.start);
  const file = printable(span.file);
  return position ? `${file}:${position.line}:${position.column}` : file;
}

/** The first lines of a span with their numbers, and its first line marked; undefined if its source is not known. */
function frame(
  span: Span,
  message: string | undefined,
  sources: SourceMap,
  colors: Colors,
  paint: (text: string) => string,
): string[] | undefined {
  const source = sources.get(span.file);
  if (!source) return undefined;
  const first = source.position(span.start);
  const last = source.position(Math.max(span.start, span.end - 1)).line;
  const numbers = Array.from(
    { length: Math.min(last - first.line + 1, MAX_LINES) },
    (_, i) => first.line + i,
  );
  const gutter = Math.max(4, String(numbers.at(-1)).length + 1);
  const numbered = (line: number | string, text: string) =>
    `${colors.dim(`${String(line).padStart(gutter)} |`)} ${text}`.trimEnd();
  const marked = window(source.line(first.line), first.column - 1, span.end - span.start);
  const lines = numbers.map((line, i) => numbered(line, i === 0 ? marked.text : clip(source.line(line))));
  const indent = " ".repeat(marked.before);
  const under = [`${indent}${paint("^".repeat(marked.width))}`];
  if (message !== undefined) {
    const fits = marked.before + marked.width + message.length < MAX_COLUMNS;
    if (fits) under[0] += ` ${paint(message)}`;
    else under.push(`${indent}${paint(message)}`);
  }
  lines.splice(1, 0, ...under.map((text) => numbered("", text)));
  if (last > numbers.at(-1)!) lines.push(numbered("", colors.dim("...")));
  return lines;
}

/** A line around a marked part, made printable: the columns before the part, and the part's, as they are shown. */
function window(
  line: string,
  column: number,
  length: number,
): { text: string; before: number; width: number } {
  const from = column > MAX_COLUMNS - 20 ? column - 20 : 0;
  const to = Math.min(line.length, from + MAX_COLUMNS);
  const end = Math.min(to, column + length);
  const before = `${from > 0 ? "..." : ""}${shown(line.slice(from, column))}`;
  const part = shown(line.slice(column, end));
  const text = `${before}${part}${shown(line.slice(end, to))}${to < line.length ? "..." : ""}`;
  return { text, before: before.length, width: Math.max(1, part.length) };
}

function clip(line: string): string {
  return line.length > MAX_COLUMNS ? `${shown(line.slice(0, MAX_COLUMNS))}...` : shown(line);
}

function shown(text: string): string {
  return printable(text.replaceAll("\t", "  "));
}
