import type { Level, Levels } from "../lint/levels.js";
import type { Preset } from "../lint/rule.js";
import type { Diagnostic } from "../source/diagnostic.js";
import type { Position } from "../source/source_file.js";
import type { ParsedProject } from "./parse.js";

export interface LintOptions {
  /** The set of rules to start from. Defaults to `recommended`. */
  readonly preset?: Preset;
  /** Levels of individual rules, by name. */
  readonly rules?: Readonly<Record<string, Level>>;
}

/** A diagnostic with its line and column, or undefined if its file could not be read. */
export interface LintFinding extends Diagnostic {
  readonly start: Position | undefined;
  readonly end: Position | undefined;
}

/**
 * Returns what the readers and the rules find, in source order, without suppressed findings.
 * @throws RangeError if `options.rules` names a rule that does not exist
 */
export async function lint(
  project: ParsedProject,
  options: LintOptions = {},
): Promise<readonly LintFinding[]> {
  const [engine, { presetLevels }, { RULES }] = await Promise.all([
    import("../lint/lint.js"),
    import("../lint/levels.js"),
    import("../../rules/registry.js"),
  ]);
  const unknown = Object.keys(options.rules ?? {}).find((name) => !RULES.some((rule) => rule.name === name));
  if (unknown !== undefined) throw new RangeError(`unknown rule ${unknown}`);
  const preset = presetLevels(options.preset ?? "recommended", RULES);
  const own = new Map(Object.entries(options.rules ?? {}));
  const levels: Levels = { levelOf: (rule, file) => own.get(rule) ?? preset.levelOf(rule, file) };
  return engine.lint(project, { rules: RULES, levels, cwd: project.cwd }).map((diagnostic) => {
    const source = project.sources.get(diagnostic.span.file);
    const { start, end } = diagnostic.span;
    return { ...diagnostic, start: source?.position(start), end: source?.position(end) };
  });
}
