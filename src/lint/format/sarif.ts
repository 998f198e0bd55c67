import native from "node:path";
import type { PlatformPath } from "node:path";
import type { Log } from "sarif";
import type { Diagnostic } from "../../source/diagnostic.js";
import type { SourceMap } from "../../source/source_file.js";
import type { Span } from "../../source/span.js";
import { Fingerprints } from "../suppress/fingerprints.js";
import type { Rule } from "../rule.js";
import { printableJson } from "./printable_json.js";

const SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json";

/** SARIF 2.1.0 (OASIS), as code scanning services read it. */
export function formatSarif(
  diagnostics: readonly Diagnostic[],
  sources: SourceMap,
  rules: readonly Rule[],
  version: string,
): string {
  const descriptors = descriptorsOf(diagnostics, rules);
  const index = new Map(descriptors.map(({ id }, i) => [id, i]));
  const fingerprints = new Fingerprints(sources);
  const document: Log = {
    $schema: SCHEMA,
    version: "2.1.0",
    runs: [
      {
        tool: { driver: { name: "polc", version, semanticVersion: version, rules: descriptors } },
        columnKind: "utf16CodeUnits",
        results: diagnostics.map((diagnostic) => ({
          ruleId: diagnostic.rule,
          ruleIndex: index.get(diagnostic.rule),
          level: diagnostic.severity,
          message: { text: textOf(diagnostic) },
          locations: [locationOf(diagnostic.span, sources)],
          relatedLocations: (diagnostic.notes ?? []).flatMap(({ message, span }, id) =>
            span ? [{ id, message: { text: message }, ...locationOf(span, sources) }] : [],
          ),
          partialFingerprints: { "polcFinding/v1": fingerprints.of(diagnostic) },
        })),
      },
    ],
  };
  return printableJson(JSON.stringify(document, null, 2));
}

/** The linter's own rules, then the codes of the parse and type errors that occurred. */
function descriptorsOf(diagnostics: readonly Diagnostic[], rules: readonly Rule[]) {
  const own = rules.map(({ name, meta }) => ({
    id: name,
    shortDescription: { text: meta.summary },
    defaultConfiguration: { level: meta.severity },
  }));
  const known = new Set<string>(own.map(({ id }) => id));
  const codes = [...new Set(diagnostics.map(({ rule }) => rule))].filter((code) => !known.has(code)).sort();
  const others = codes.map((id) => ({
    id,
    shortDescription: { text: id },
    defaultConfiguration: { level: diagnostics.find(({ rule }) => rule === id)!.severity },
  }));
  return [...own, ...others];
}

function textOf({ message, notes = [], help }: Diagnostic): string {
  const extra = notes.filter(({ span }) => span === undefined).map((note) => note.message);
  return [message, ...extra, ...(help === undefined ? [] : [`help: ${help}`])].join("\n");
}

function locationOf(span: Span, sources: SourceMap) {
  const source = sources.get(span.file);
  const artifactLocation = { uri: uriOf(span.file) };
  if (!source) return { physicalLocation: { artifactLocation } };
  const start = source.position(span.start);
  const end = source.position(span.end);
  const region = {
    startLine: start.line,
    startColumn: start.column,
    endLine: end.line,
    endColumn: end.column,
    charOffset: start.offset,
    charLength: end.offset - start.offset,
  };
  return { physicalLocation: { artifactLocation, region } };
}

/** A relative reference, or a file URI for an absolute path. */
export function uriOf(shown: string, { isAbsolute }: PlatformPath = native): string {
  const encoded = shown.split("/").map(encodeURIComponent).join("/");
  if (!isAbsolute(shown)) return encoded;
  // A Windows share, `//server/share`, becomes the host of the URI; a drive is part of its path.
  if (shown.startsWith("//")) return `file:${encoded}`;
  return shown.startsWith("/") ? `file://${encoded}` : `file:///${encoded.replace("%3A", ":")}`;
}
