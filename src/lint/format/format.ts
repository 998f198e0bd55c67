import type { Diagnostic } from "../../source/diagnostic.js";
import type { Colors } from "../../source/pretty.js";
import type { SourceMap } from "../../source/source_file.js";
import type { Rule } from "../rule.js";

export const FORMATS = ["pretty", "concise", "json", "sarif", "github", "gitlab", "junit"] as const;

export type Format = (typeof FORMATS)[number];

export interface Findings {
  readonly diagnostics: readonly Diagnostic[];
  readonly sources: SourceMap;
  /** How many files were read. */
  readonly files: number;
}

/** The findings as text. A format is loaded only if it is requested, and the rules only for a format that lists them. */
export async function formatFindings(
  format: Format,
  { diagnostics, sources, files }: Findings,
  colors: Colors,
  loadRules: () => Promise<readonly Rule[]>,
): Promise<string> {
  switch (format) {
    case "pretty":
      return (await import("../../source/pretty.js")).prettyReport(diagnostics, sources, files, colors);
    case "concise":
      return (await import("./concise.js")).formatConcise(diagnostics, sources);
    case "json":
      return (await import("./json.js")).formatJson(diagnostics, sources, files);
    case "github":
      return (await import("./github.js")).formatGithub(diagnostics, sources);
    case "gitlab":
      return (await import("./gitlab.js")).formatGitlab(diagnostics, sources);
    case "junit":
      return (await import("./junit.js")).formatJunit(diagnostics, sources);
    case "sarif": {
      const [{ formatSarif }, rules, { packageVersion }] = await Promise.all([
        import("./sarif.js"),
        loadRules(),
        import("../../source/package_root.js"),
      ]);
      return formatSarif(diagnostics, sources, rules, packageVersion());
    }
  }
}
