/** Prints diagnostics to standard error, because standard output is for answers. */
import type { Diagnostic } from "../source/diagnostic.js";
import { colorsFor, prettyDiagnostic, prettyReport } from "../source/pretty.js";
import type { SourceMap } from "../source/source_file.js";

interface Look {
  readonly color?: boolean;
}

export function printDiagnostics(
  diagnostics: readonly Diagnostic[],
  sources: SourceMap,
  { color }: Look = {},
): void {
  if (diagnostics.length === 0) return;
  const colors = colorsFor(process.stderr, color);
  const blocks = diagnostics.map((each) => prettyDiagnostic(each, sources, colors));
  process.stderr.write(`${blocks.join("\n\n")}\n`);
}

/** The same, with their number at the end. */
export function printReport(
  diagnostics: readonly Diagnostic[],
  { sources, files }: { readonly sources: SourceMap; readonly files: number },
  { color }: Look = {},
): void {
  const report = prettyReport(diagnostics, sources, files, colorsFor(process.stderr, color));
  process.stderr.write(`${report}\n`);
}
