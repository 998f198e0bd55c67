/** `polc-suppressions.json`: existing findings that are not reported. */
import { existsSync, readFileSync, rmSync } from "node:fs";
import { join, resolve } from "node:path";
import { applyBaseline, readBaseline, writtenBaseline } from "../../lint/suppress/baseline.js";
import type { Baseline } from "../../lint/suppress/baseline.js";
import type { Rule } from "../../lint/rule.js";
import { reasonOf } from "../../parser/find_files.js";
import type { Diagnostic } from "../../source/diagnostic.js";
import type { SourceMap } from "../../source/source_file.js";
import { BASELINE_FILE } from "./options.js";
import type { LintOptions } from "./options.js";
import { writeWhole } from "../files/write_whole.js";

interface Outcome {
  readonly diagnostics: readonly Diagnostic[];
  /** Printed to standard error. */
  readonly note?: string;
}

/** @returns the remaining findings, or why the file cannot be used */
export function withBaseline(
  diagnostics: readonly Diagnostic[],
  sources: SourceMap,
  rules: readonly Rule[],
  cwd: string,
  { suppressAll, pruneSuppressions }: Pick<LintOptions, "suppressAll" | "pruneSuppressions">,
): Outcome | { readonly fault: string } {
  const path = join(cwd, BASELINE_FILE);
  const known = load(path);
  if (known !== undefined && "fault" in known) return { fault: `${BASELINE_FILE} ${known.fault as string}` };
  if (known === undefined && !suppressAll) return { diagnostics };
  const read = new Set([...sources.all()].map((source) => source.path));
  const others = entriesOf(known ?? {}, (file) => !read.has(file) && existsSync(resolve(cwd, file)));
  const own = entriesOf(known ?? {}, (file) => read.has(file));
  const applied = applyBaseline(diagnostics, sources, rules, suppressAll ? undefined : own);
  if (suppressAll || pruneSuppressions) {
    const baseline = { ...others, ...applied.used };
    if (Object.keys(baseline).length === 0) rmSync(path, { force: true });
    else writeWhole(path, writtenBaseline(baseline));
    const said = suppressAll
      ? `suppressed ${counted(diagnostics.length - applied.diagnostics.length)} in ${BASELINE_FILE}`
      : `removed ${counted(applied.unused)} from ${BASELINE_FILE}`;
    return { diagnostics: applied.diagnostics, note: said };
  }
  const note =
    applied.unused > 0
      ? `${BASELINE_FILE} lists ${counted(applied.unused)} that no longer occur${applied.unused === 1 ? "s" : ""}: run with --prune-suppressions`
      : undefined;
  return { diagnostics: applied.diagnostics, ...(note !== undefined && { note }) };
}

function counted(findings: number): string {
  return findings === 1 ? "1 finding" : `${findings} findings`;
}

function load(path: string): Baseline | { readonly fault: string } | undefined {
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    return { fault: reasonOf(error) };
  }
  return readBaseline(text);
}

function entriesOf(baseline: Baseline, wanted: (file: string) => boolean): Baseline {
  return Object.fromEntries(Object.entries(baseline).filter(([file]) => wanted(file)));
}
