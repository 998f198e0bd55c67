import { countBySeverity } from "../../source/diagnostic.js";
import type { Diagnostic } from "../../source/diagnostic.js";
import type { Position, SourceMap } from "../../source/source_file.js";
import type { Span } from "../../source/span.js";
import { printableJson } from "./printable_json.js";

interface Place {
  readonly file: string;
  readonly start?: Position;
  readonly end?: Position;
}

/** Version 1 of the format: fields may be added, but none changes its meaning. */
export function formatJson(diagnostics: readonly Diagnostic[], sources: SourceMap, files: number): string {
  const { error, warning, note } = countBySeverity(diagnostics);
  const document = {
    version: 1,
    diagnostics: diagnostics.map(({ rule, severity, message, span, notes = [], help, world }) => ({
      rule,
      severity,
      message,
      ...placeOf(span, sources),
      notes: notes.map((note) => ({ message: note.message, ...(note.span && placeOf(note.span, sources)) })),
      ...(help !== undefined && { help }),
      ...(world !== undefined && { world }),
    })),
    summary: { files, errors: error, warnings: warning, ...(note > 0 && { notes: note }) },
  };
  return printableJson(JSON.stringify(document, null, 2));
}

function placeOf(span: Span, sources: SourceMap): Place {
  const source = sources.get(span.file);
  if (!source) return { file: span.file };
  return { file: span.file, start: source.position(span.start), end: source.position(span.end) };
}
