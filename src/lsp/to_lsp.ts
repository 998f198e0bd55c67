/** Converts findings and places to the Language Server Protocol. Both count columns in UTF-16 code units. */
import { DiagnosticSeverity } from "vscode-languageserver/node";
import type { CodeAction, Diagnostic as LspDiagnostic, Location, Range } from "vscode-languageserver/node";
import type { Diagnostic } from "../source/diagnostic.js";
import { printable } from "../source/printable.js";
import type { SourceMap } from "../source/source_file.js";
import type { Span } from "../source/span.js";

const SEVERITIES = {
  error: DiagnosticSeverity.Error,
  warning: DiagnosticSeverity.Warning,
  note: DiagnosticSeverity.Information,
};

/** Turns the paths of spans into an editor's URIs. */
export interface Places {
  readonly sources: SourceMap;
  readonly uriOf: (file: string) => string;
}

export function toRange({ file, start, end }: Span, { sources }: Places): Range {
  const source = sources.get(file);
  const at = (offset: number) => {
    const position = source?.position(offset);
    return { line: (position?.line ?? 1) - 1, character: (position?.column ?? 1) - 1 };
  };
  return { start: at(start), end: at(end) };
}

export function toLocation(span: Span, places: Places): Location {
  return { uri: places.uriOf(span.file), range: toRange(span, places) };
}

export function toDiagnostic(
  { rule, severity, message, span, notes = [], help }: Diagnostic,
  places: Places,
): LspDiagnostic {
  const plain = notes.filter((note) => note.span === undefined).map((note) => note.message);
  const text = [message, ...plain, ...(help === undefined ? [] : [`help: ${help}`])];
  return {
    range: toRange(span, places),
    severity: SEVERITIES[severity],
    code: rule,
    source: "polc",
    message: text.map(printable).join("\n"),
    relatedInformation: notes.flatMap((note) =>
      note.span ? [{ location: toLocation(note.span, places), message: printable(note.message) }] : [],
    ),
  };
}

/** A quick fix for a finding that has one. Only safe fixes are preferred, because editors apply those without asking. */
export function toCodeAction(finding: Diagnostic, places: Places): CodeAction | undefined {
  const { fix } = finding;
  if (!fix) return undefined;
  const changes: Record<string, { range: Range; newText: string }[]> = {};
  for (const { span, text } of fix.edits)
    (changes[places.uriOf(span.file)] ??= []).push({ range: toRange(span, places), newText: text });
  return {
    title: printable(`polc: ${fix.message}`),
    kind: "quickfix",
    diagnostics: [toDiagnostic(finding, places)],
    isPreferred: fix.safe,
    edit: { changes },
  };
}
