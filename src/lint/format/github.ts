import type { Diagnostic } from "../../source/diagnostic.js";
import { printable } from "../../source/printable.js";
import type { SourceMap } from "../../source/source_file.js";

/** Workflow commands of GitHub Actions, which become annotations of a pull request's files. */
export function formatGithub(diagnostics: readonly Diagnostic[], sources: SourceMap): string {
  return diagnostics
    .map(({ rule, severity, message, span, help }) => {
      const source = sources.get(span.file);
      const start = source?.position(span.start);
      const end = source?.position(span.end);
      const properties = {
        file: span.file,
        line: start?.line,
        endLine: end?.line,
        // Columns only make sense within one line.
        ...(start && end && start.line === end.line && { col: start.column, endColumn: end.column }),
        title: rule,
      };
      const written = Object.entries(properties)
        .filter(([, value]) => value !== undefined)
        .map(([name, value]) => `${name}=${property(String(value))}`)
        .join(",");
      const text = [message, ...(help === undefined ? [] : [`help: ${help}`])].map(printable).join("\n");
      return `::${severity === "note" ? "notice" : severity} ${written}::${data(text)}`;
    })
    .join("\n");
}

function data(text: string): string {
  return text.replaceAll("%", "%25").replaceAll("\r", "%0D").replaceAll("\n", "%0A");
}

function property(text: string): string {
  return data(printable(text)).replaceAll(":", "%3A").replaceAll(",", "%2C");
}
