import type { Diagnostic } from "../../source/diagnostic.js";
import { printable } from "../../source/printable.js";
import type { SourceMap } from "../../source/source_file.js";

/** JUnit XML: one suite per file, one failed case per finding. A file without findings has one passed case. */
export function formatJunit(diagnostics: readonly Diagnostic[], sources: SourceMap): string {
  const byFile = new Map<string, Diagnostic[]>();
  for (const { path } of sources.all()) byFile.set(path, []);
  for (const diagnostic of diagnostics) {
    const list = byFile.get(diagnostic.span.file);
    if (list) list.push(diagnostic);
    else byFile.set(diagnostic.span.file, [diagnostic]);
  }
  const suites = [...byFile].sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
  return [
    '<?xml version="1.0" encoding="utf-8"?>',
    `<testsuites name="polc lint" tests="${suites.reduce((sum, [, found]) => sum + Math.max(1, found.length), 0)}" failures="${failures(diagnostics)}" errors="0">`,
    ...suites.flatMap(([file, found]) => suite(file, found, sources)),
    "</testsuites>",
  ].join("\n");
}

function suite(file: string, found: readonly Diagnostic[], sources: SourceMap): readonly string[] {
  const open = `  <testsuite name="${xml(file)}" tests="${Math.max(1, found.length)}" failures="${failures(found)}" errors="0">`;
  const cases = found.map((each) => failed(each, sources));
  const passed = `    <testcase name="no findings" classname="${xml(file)}"/>`;
  return [open, ...(cases.length > 0 ? cases : [passed]), "  </testsuite>"];
}

/** A note is not a failure. */
function failures(found: readonly Diagnostic[]): number {
  return found.filter(({ severity }) => severity !== "note").length;
}

function failed({ rule, severity, message, span, help }: Diagnostic, sources: SourceMap): string {
  const at = sources.get(span.file)?.position(span.start);
  const place = at ? `${span.file}:${at.line}:${at.column}` : span.file;
  const text = [place, message, ...(help === undefined ? [] : [`help: ${help}`])].map(xml).join("\n");
  return [
    `    <testcase name="${xml(`${rule} at line ${at?.line ?? 1}`)}" classname="${xml(span.file)}">`,
    severity === "note"
      ? `      <system-out>${text}</system-out>`
      : `      <failure type="${severity}" message="${xml(message)}">${text}</failure>`,
    "    </testcase>",
  ].join("\n");
}

/** XML 1.0 cannot express most control characters, so they are escaped as in polc's terminal output. */
export function xml(text: string): string {
  return printable(text)
    .replace(
      /[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]|[\ufffe\uffff]/g,
      "\ufffd",
    )
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;");
}
