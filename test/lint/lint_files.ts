import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { inOrder, lint } from "../../src/lint/lint.js";
import { RULES } from "../../src/lint/registry.js";
import type { Rule } from "../../src/lint/rule.js";
import { loadProject } from "../../src/parser/project.js";
import type { Project } from "../../src/parser/project.js";
import type { Diagnostic } from "../../src/source/diagnostic.js";

export interface Linted {
  readonly diagnostics: readonly Diagnostic[];
  readonly project: Project;
}

/** Lints files of these names and texts, in a folder of their own, as `polc lint .` does there. */
export async function lintFiles(
  files: Readonly<Record<string, string>>,
  rules: readonly Rule[] = RULES,
): Promise<Linted> {
  const cwd = mkdtempSync(join(tmpdir(), "polc-lint-"));
  try {
    for (const [name, text] of Object.entries(files)) {
      mkdirSync(dirname(join(cwd, name)), { recursive: true });
      writeFileSync(join(cwd, name), text);
    }
    const project = await loadProject(["."], { cwd });
    return { diagnostics: inOrder([...project.diagnostics, ...lint(project, rules)]), project };
  } finally {
    rmSync(cwd, { recursive: true, force: true });
  }
}

/** Findings as `line rule`, for a look at one glance; the file too where there are several. */
export function places({ diagnostics, project }: Linted): readonly string[] {
  const several = project.files > 1;
  return diagnostics.map(({ span, rule }) => {
    const line = project.sources.get(span.file)?.position(span.start).line;
    return `${several ? `${span.file}:` : ""}${line} ${rule}`;
  });
}
