import { existsSync } from "node:fs";
import { join } from "node:path";
import { RULES } from "../../../rules/registry.js";
import { repositoryOf } from "../../config/find_config.js";
import { loadSettings } from "../../config/settings.js";
import type { Findings } from "../../lint/format/format.js";
import { printableJson } from "../../lint/format/printable_json.js";
import { lint } from "../../lint/lint.js";
import type { LintOptions as EngineOptions } from "../../lint/lint.js";
import { readProject } from "../../parser/project.js";
import type { LoadOptions, ReadProject } from "../../parser/project.js";
import type { YamlCache } from "../../parser/yaml_cache.js";
import { countBySeverity, isError } from "../../source/diagnostic.js";
import type { Diagnostic } from "../../source/diagnostic.js";
import { EXIT } from "../exit.js";
import { fail } from "../fail.js";
import type { Pass } from "../files/watch.js";
import { printDiagnostics } from "../print_diagnostics.js";
import { failUnknownRule } from "../rules/unknown_rule.js";
import { lintInputs } from "./inputs.js";
import type { Asked, LintInputs } from "./inputs.js";
import type { LintResult } from "./kept_findings.js";
import { BASELINE_FILE } from "./options.js";
import type { LintOptions } from "./options.js";
import { focusOn, report, templateHint } from "./report.js";
import { Timing } from "./timing.js";

export async function run(paths: readonly string[], options: LintOptions): Promise<number> {
  const cwd = process.cwd();
  const flags = options.rule ?? new Map<string, never>();
  const unknown = [...flags.keys()].find((name) => !RULES.some((rule) => rule.name === name));
  if (unknown !== undefined) return failUnknownRule("lint", unknown, RULES);
  const settings = await loadSettings({ ...options, cwd, rules: RULES, flags });
  if ("diagnostics" in settings) {
    printDiagnostics(settings.diagnostics, settings.sources, options);
    return EXIT.usage;
  }
  if (options.printConfig !== undefined) {
    const described = JSON.stringify(settings.describe(options.printConfig), null, 2);
    process.stdout.write(`${printableJson(described)}\n`);
    return EXIT.ok;
  }
  const asked = { paths, options, settings, cwd };
  if (!options.watch) return (await lintOnce(asked)).code;
  if (paths.includes("-")) return fail("lint", "standard input can be read only once: --watch needs files");
  const [{ whileWatching }, { YamlCache }] = await Promise.all([
    import("../files/watch.js"),
    import("../../parser/yaml_cache.js"),
  ]);
  const memory = new YamlCache();
  return whileWatching("lint", paths.length > 0 ? paths : ["."], () => lintOnce(asked, memory));
}

/** @param memory of a process that lints again and again */
async function lintOnce(asked: Asked, memory?: YamlCache): Promise<Pass> {
  const { paths, options, settings, cwd } = asked;
  const inputs = await lintInputs(paths, options, settings, cwd);
  if ("fault" in inputs) return { code: fail("lint", inputs.fault), files: [] };
  const timing = new Timing();
  const examining = {
    read: (load: LoadOptions) => readFiles({ ...inputs, load }, timing),
    lint: (project: ReadProject, how?: Partial<EngineOptions>) => lintProject(project, asked, timing, how),
  };
  const isCached = !memory && !inputs.load.contents && !inputs.paths.includes("-") && cachesIn(cwd, options);
  if (isCached) {
    const { examineCached } = await import("./cached.js");
    return reportResult(await examineCached(inputs, asked, examining), inputs, asked, timing);
  }
  const project = await examining.read(memory ? { ...inputs.load, yamlCache: memory } : inputs.load);
  const result = { project, diagnostics: examining.lint(project) };
  return reportResult(result, inputs, asked, timing);
}

/** By default in a repository, whose files are linted again and again. */
function cachesIn(cwd: string, { cache }: LintOptions): boolean {
  return cache ?? existsSync(join(repositoryOf(cwd), ".git"));
}

async function readFiles({ paths, load }: LintInputs, timing: Timing): Promise<ReadProject> {
  const project = await readProject(paths, load);
  timing.add("reading files", timing.elapsed());
  return project;
}

function lintProject(
  project: ReadProject,
  { settings, cwd }: Asked,
  timing: Timing,
  how: Partial<EngineOptions> = {},
): readonly Diagnostic[] {
  return lint(project, {
    rules: RULES,
    levels: settings.levels,
    cwd,
    timing: (rule, milliseconds) => timing.add(rule, milliseconds),
    ...how,
    scopes: how.scopes ?? settings.scopes(project),
  });
}

async function reportResult(
  { project, diagnostics }: LintResult,
  inputs: LintInputs,
  asked: Asked,
  timing: Timing,
): Promise<Pass> {
  const { options, settings, cwd } = asked;
  const files = [...project.sources.all()].map(({ path }) => path);
  if (project.files === 0 && inputs.paths.length > 0 && !inputs.focus)
    return { code: failEmpty(project, asked.paths), files };
  const { sources } = project;
  let shown = focusOn(inputs.focus, { diagnostics, sources, files: project.files }, cwd);
  if (options.fix || options.fixDryRun) {
    const { fixFindings } = await import("./fix.js");
    const focused = (each: ReadProject) =>
      focusOn(
        inputs.focus,
        { diagnostics: lintProject(each, asked, timing), sources: each.sources, files: each.files },
        cwd,
      ).diagnostics;
    const how = { lint: focused, scopes: (each: ReadProject) => settings.scopes(each) };
    // What is fixed was read in this run: `examineCached` keeps no findings then.
    shown = await fixFindings(project as ReadProject, shown, inputs, options, how);
  }
  const left = await notSuppressed(shown, asked);
  const code = left ? await conclude({ ...shown, diagnostics: left }, project, options, timing) : EXIT.usage;
  return { code, files };
}

/** Prints the findings. */
async function conclude(
  findings: Findings,
  project: LintResult["project"],
  options: LintOptions,
  timing: Timing,
): Promise<number> {
  const diagnostics = options.quiet ? findings.diagnostics.filter(isError) : findings.diagnostics;
  const fault = options.fixDryRun ? undefined : await report({ ...findings, diagnostics }, project, options);
  if (options.timing) process.stderr.write(`${timing.table()}\n`);
  if (fault !== undefined) return fail("lint", fault);
  return fails(diagnostics, options.maxWarnings) ? EXIT.findings : EXIT.ok;
}

/** The findings that are not suppressed; undefined, after an error message, if the list cannot be used. */
async function notSuppressed(
  { diagnostics, sources }: Findings,
  { options, cwd }: Asked,
): Promise<readonly Diagnostic[] | undefined> {
  const isAsked = options.suppressAll || options.pruneSuppressions;
  if (!isAsked && !existsSync(join(cwd, BASELINE_FILE))) return diagnostics;
  const { withBaseline } = await import("./baseline.js");
  const left = withBaseline(diagnostics, sources, RULES, cwd, options);
  if ("fault" in left) {
    fail("lint", left.fault);
    return undefined;
  }
  if (left.note !== undefined) process.stderr.write(`polc lint: ${left.note}\n`);
  return left.diagnostics;
}

function fails(found: readonly Diagnostic[], maxWarnings: number): boolean {
  const { error, warning } = countBySeverity(found);
  return error > 0 || warning > maxWarnings;
}

function failEmpty(project: LintResult["project"], paths: readonly string[]): number {
  const { diagnostics, templates } = project;
  const details = diagnostics.map(({ message }) => message);
  return fail("lint", `no policy files in ${paths.join(" ") || "."}`, {
    details: templates > 0 ? [...details, templateHint(project)] : details,
  });
}
