import type { Diagnostic } from "../../source/diagnostic.js";
import type { SourceMap } from "../../source/source_file.js";
import { Fingerprints } from "../suppress/fingerprints.js";
import { printableJson } from "./printable_json.js";

/** A Code Quality report of GitLab CI. */
export function formatGitlab(diagnostics: readonly Diagnostic[], sources: SourceMap): string {
  const fingerprints = new Fingerprints(sources);
  const entries = diagnostics.map((diagnostic) => {
    const { rule, severity, message, span } = diagnostic;
    const source = sources.get(span.file);
    return {
      description: message,
      check_name: rule,
      fingerprint: fingerprints.of(diagnostic),
      severity: { error: "major", warning: "minor", note: "info" }[severity],
      location: {
        path: span.file,
        lines: {
          begin: source?.position(span.start).line ?? 1,
          end: source?.position(span.end).line ?? 1,
        },
      },
    };
  });
  return printableJson(JSON.stringify(entries, null, 2));
}
