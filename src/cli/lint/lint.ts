import { existsSync } from "node:fs";
import { join } from "node:path";
import type { Command } from "commander";
import type { NoSettings, Settings } from "../../config/settings.js";
import type { Findings } from "../../lint/format/format.js";
import type { Rule } from "../../lint/rule.js";
import type { ReadProject } from "../../parser/project.js";
import type { YamlCache } from "../../parser/yaml_cache.js";
import { countBySeverity } from "../../source/diagnostic.js";
import type { Diagnostic } from "../../source/diagnostic.js";
import { printable } from "../../source/printable.js";
import { EXIT } from "../exit.js";
import type { LintInputs } from "./inputs.js";
import type { Timing } from "./timing.js";
import { BASELINE_FILE, defineOptions } from "./options.js";
import type { LintOptions } from "./options.js";

export function define(command: Command): void {
  command.argument("[paths...]", "policy files, folders and patterns; - is standard input; default: .");
  defineOptions(command);
  command
    .addHelpText("after", "\nExit: 0 clean, 1 findings, 2 usage, configuration, or no files.")
    .action(run);
}

async function run(paths: readonly string[], options: LintOptions): Promise<void> {
  const cwd = process.cwd();
  const [{ loadSettings }, { RULES }] = await Promise.all([
    import("../../config/settings.js"),
    import("../../../rules/registry.js"),
  ]);
  const flags = options.rule ?? new Map<string, never>();
  const unknown = [...flags.keys()].find((name) => !RULES.some((rule) => rule.name === name));
  if (unknown !== undefined) return failUnknownRule(unknown, RULES);
  const settings = await loadSettings({ ...options, cwd, rules: RULES, flags });
  if ("diagnostics" in settings) return failConfig(settings, options);
  if (options.printConfig !== undefined) {
    const { printableJson } = await import("../../lint/format/printable_json.js");
    const described = JSON.stringify(settings.describe(options.printConfig), null, 2);
    process.stdout.write(`${printableJson(described)}\n`);
    return;
  }
  if (!options.watch) {
    await lintOnce(paths, options, settings, RULES);
    return;
  }
  if (paths.includes("-")) return fail("standard input can be read only once: --watch needs files");
  const [{ whileWatching }, { YamlCache }] = await Promise.all([
    import("../files/watch.js"),
    import("../../parser/yaml_cache.js"),
  ]);
  const cache = new YamlCache();
  const watched = paths.length > 0 ? paths : ["."];
  await whileWatching("lint", watched, () => lintOnce(paths, options, settings, RULES, cache));
}

/** @returns the files that were read */
async function lintOnce(
  paths: readonly string[],
  options: LintOptions,
  settings: Settings,
  rules: readonly Rule[],
  memory?: YamlCache,
): Promise<readonly string[]> {
  const cwd = process.cwd();
  const { lintInputs } = await import("./inputs.js");
  let inputs: LintInputs;
  try {
    inputs = await lintInputs(paths, options, settings, cwd);
  } catch (error) {
    const { GitError } = await import("../git/files.js");
    if (!(error instanceof GitError)) throw error;
    fail(error.message);
    return [];
  }
  if (memory) inputs = { ...inputs, load: { ...inputs.load, yamlCache: memory } };
  if (memory || !options.cache) return lintFiles(inputs, paths, options, settings, rules);
  const { loadYamlCache, storeYamlCache } = await import("../../parser/yaml_cache.js");
  const yamlCache = loadYamlCache(cwd);
  const files = await lintFiles(
    { ...inputs, load: { ...inputs.load, yamlCache } },
    paths,
    options,
    settings,
    rules,
  );
  storeYamlCache(yamlCache, cwd);
  return files;
}

async function lintFiles(
  inputs: LintInputs,
  paths: readonly string[],
  options: LintOptions,
  settings: Settings,
  rules: readonly Rule[],
): Promise<readonly string[]> {
  const [{ readProject }, { lint }, { Timing }, { focusOn }] = await Promise.all([
    import("../../parser/project.js"),
    import("../../lint/lint.js"),
    import("./timing.js"),
    import("./report.js"),
  ]);
  const cwd = inputs.load.cwd!;
  const timing = new Timing();
  const project = await readProject(inputs.paths, inputs.load);
  timing.add("reading files", timing.elapsed());
  const files = [...project.sources.all()].map(({ path }) => path);
  if (project.files === 0 && inputs.paths.length > 0 && !inputs.focus) {
    await failEmpty(project, paths);
    return files;
  }
  const lintOptions = (each: ReadProject) => ({
    rules,
    levels: settings.levels,
    cwd,
    scopes: settings.scopes(each),
    timing: (rule: string, milliseconds: number) => timing.add(rule, milliseconds),
  });
  const findings = (each: ReadProject) => {
    const diagnostics = lint(each, lintOptions(each));
    return focusOn(inputs.focus, { diagnostics, sources: each.sources, files: each.files }, cwd);
  };
  let shown = findings(project);
  if (options.fix || options.fixDryRun) {
    const { fixFindings } = await import("./fix.js");
    shown = await fixFindings(project, shown, inputs, options, {
      lint: (each) => findings(each).diagnostics,
      scopes: (each) => settings.scopes(each),
    });
  }
  const left = await notSuppressed(shown, rules, cwd, options);
  if (left) await conclude({ ...shown, diagnostics: left }, project, options, timing);
  return files;
}

/** Says what was found, and sets the exit code. */
async function conclude(
  findings: Findings,
  { templates }: ReadProject,
  options: LintOptions,
  timing: Timing,
): Promise<void> {
  const { report } = await import("./report.js");
  const diagnostics = options.quiet
    ? findings.diagnostics.filter(({ severity }) => severity === "error")
    : findings.diagnostics;
  const fault = options.fixDryRun
    ? undefined
    : await report({ ...findings, diagnostics }, templates, options);
  if (options.timing) process.stderr.write(`${timing.table()}\n`);
  if (fault !== undefined) fail(fault);
  else process.exitCode = fails(diagnostics, options.maxWarnings) ? EXIT.findings : EXIT.ok;
}

/** The findings that no list of suppressions holds; undefined, and said, where the list cannot be used. */
async function notSuppressed(
  { diagnostics, sources }: Findings,
  rules: readonly Rule[],
  cwd: string,
  options: LintOptions,
): Promise<readonly Diagnostic[] | undefined> {
  const isAsked = options.suppressAll || options.pruneSuppressions;
  if (!isAsked && !existsSync(join(cwd, BASELINE_FILE))) return diagnostics;
  const { withBaseline } = await import("./baseline.js");
  const left = withBaseline(diagnostics, sources, rules, cwd, options);
  if ("fault" in left) {
    fail(left.fault);
    return undefined;
  }
  if (left.note !== undefined) process.stderr.write(`polc lint: ${left.note}\n`);
  return left.diagnostics;
}

function fails(found: readonly Diagnostic[], maxWarnings: number): boolean {
  const { error, warning } = countBySeverity(found);
  return error > 0 || warning > maxWarnings;
}

async function failEmpty({ diagnostics, templates }: ReadProject, paths: readonly string[]): Promise<void> {
  const { templateHint } = await import("./report.js");
  const reasons = diagnostics.map(({ message }) => `\n  ${message}`);
  const hint = templates > 0 ? `\n  ${templateHint(templates)}` : "";
  fail(`no policy files in ${paths.join(" ") || "."}`, `${reasons.join("")}${hint}`);
}

async function failUnknownRule(name: string, rules: readonly Rule[]): Promise<void> {
  const { nearestName } = await import("../../source/nearest_name.js");
  const nearest = nearestName(
    name,
    rules.map((rule) => rule.name),
  );
  fail(
    `there is no rule ${name}`,
    `\n  ${nearest ? `did you mean ${nearest}?` : "polc rules lists the rules"}`,
  );
}

async function failConfig({ diagnostics, sources }: NoSettings, { color }: LintOptions): Promise<void> {
  const { colorsFor, prettyDiagnostic } = await import("../../source/pretty.js");
  const colors = colorsFor(process.stderr, color);
  const blocks = diagnostics.map((each) => prettyDiagnostic(each, sources, colors));
  process.stderr.write(`${blocks.join("\n\n")}\n`);
  process.exitCode = EXIT.usage;
}

/** @param details further lines, each after a line feed */
function fail(message: string, details = ""): void {
  const lines = details.split("\n").map(printable).join("\n");
  process.stderr.write(`polc lint: ${printable(message)}${lines}\n`);
  process.exitCode = EXIT.usage;
}
