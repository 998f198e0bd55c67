import type { Diagnostic } from "../../source/diagnostic.js";
import { printable } from "../../source/printable.js";
import type { SourceMap } from "../../source/source_file.js";

/** One line a finding, as compilers write them: `file:line:column: severity rule: message`. */
export function formatConcise(diagnostics: readonly Diagnostic[], sources: SourceMap): string {
  return diagnostics
    .map(({ rule, severity, message, span }) => {
      const at = sources.get(span.file)?.position(span.start);
      const place = at ? `${span.file}:${at.line}:${at.column}` : span.file;
      return printable(`${place}: ${severity} ${rule}: ${message}`);
    })
    .join("\n");
}
