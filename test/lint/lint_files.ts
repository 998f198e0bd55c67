import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { Levels } from "../../src/lint/levels.js";
import { lint } from "../../src/lint/lint.js";
import { RULES } from "../../rules/registry.js";
import type { Rule } from "../../src/lint/rule.js";
import { readProject } from "../../src/parser/project.js";
import type { ReadProject } from "../../src/parser/project.js";
import type { Diagnostic } from "../../src/source/diagnostic.js";

export interface Linted {
  readonly diagnostics: readonly Diagnostic[];
  readonly project: ReadProject;
}

export const RECOMMENDED: readonly Rule[] = RULES.filter(({ meta }) => meta.preset === "recommended");

/** Lints files of these names and texts with these rules, in a folder of their own, as `polc lint .` does there. */
export async function lintFiles(
  files: Readonly<Record<string, string>>,
  rules: readonly Rule[] = RECOMMENDED,
): Promise<Linted> {
  const cwd = mkdtempSync(join(tmpdir(), "polc-lint-"));
  try {
    for (const [name, text] of Object.entries(files)) {
      mkdirSync(dirname(join(cwd, name)), { recursive: true });
      writeFileSync(join(cwd, name), text);
    }
    const project = await readProject(["."], { cwd });
    const levels: Levels = { levelOf: () => undefined };
    return { diagnostics: lint(project, { rules, levels, cwd }), project };
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
