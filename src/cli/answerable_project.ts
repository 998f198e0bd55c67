import { basename, dirname } from "node:path";
import { lastOfEach, removeDuplicates } from "../parser/duplicates.js";
import { renderProject } from "../parser/kustomize/rendered_project.js";
import type { SourceTree } from "../parser/kustomize/source_tree.js";
import { readProject } from "../parser/project.js";
import type { LoadOptions, Project } from "../parser/project.js";
import type { Diagnostic } from "../source/diagnostic.js";
import { printable } from "../source/printable.js";
import { conflicts } from "../lint/scopes/conflicts.js";
import type { Depends } from "../lint/scopes/conflicts.js";
import { fail } from "./fail.js";
import { printReport } from "./print_diagnostics.js";

export interface ProjectOptions extends LoadOptions {
  /** Defaults to policies and inventory. */
  readonly depends?: Depends;
  /** The files around kustomizations, if they are not on disk. */
  readonly tree?: SourceTree;
  /** If two definitions of an object differ, use the last one. By default that is an error, and the first counts. */
  readonly lastCounts?: boolean;
  /** Notes that were already printed, such as for the other side of a comparison. */
  readonly said?: Set<string>;
}

/** The contents of the paths, or undefined after reporting an error: an answer from some of the policies would be a guess. */
export async function answerableProject(
  command: string,
  paths: readonly string[],
  options: ProjectOptions = {},
): Promise<Project | undefined> {
  const project = await clusterProject(command, paths, options);
  const errors = errorsOf(project, options.depends);
  if (errors.length > 0) printReport(errors, project);
  else if (project.files === 0) failEmpty(command, paths, project);
  else {
    sayNotes(command, project, options.said);
    return project;
  }
  return undefined;
}

/** The contents of the paths for one cluster, with rendered kustomizations and each object once. */
export async function clusterProject(
  command: string,
  paths: readonly string[],
  options: ProjectOptions = {},
): Promise<Project> {
  const cwd = options.cwd ?? process.cwd();
  const { depends = "inventory", tree } = options;
  const read = await readProject(paths, options);
  const rendered = await renderProject(read, {
    cwd,
    policiesOnly: depends === "policies",
    ...(tree && { tree }),
  });
  const unique = removeDuplicates(rendered.policies, rendered.inventory);
  const { policies, inventory, duplicates } = options.lastCounts ? lastOfEach(unique) : unique;
  const found = conflicts(duplicates, rendered, depends, cwd);
  const diagnostics = [...rendered.diagnostics, ...found].map((each) => forCommand(each, command));
  return { ...rendered, policies, inventory, diagnostics };
}

/** Puts the current command into the help text. */
function forCommand(diagnostic: Diagnostic, command: string): Diagnostic {
  const { help } = diagnostic;
  if (!help?.includes("polc COMMAND ")) return diagnostic;
  return { ...diagnostic, help: help.replace("polc COMMAND ", `polc ${command} `) };
}

/** The errors that keep policies from being read or from meaning what they say. */
export function errorsOf({ diagnostics }: Project, depends?: Depends): readonly Diagnostic[] {
  return diagnostics.filter(
    ({ severity, compiles, noPolicy }) =>
      severity === "error" && !compiles && !(depends === "policies" && noPolicy),
  );
}

export function failEmpty(command: string, paths: readonly string[], project: Project): number {
  const message = `no policy files in ${paths.join(" ")}`;
  return fail(command, message, { help: chartHint(command, project) });
}

/** The most policies of other APIs that are listed, one per line. */
const MOST_NOTES = 5;

/** Lists on standard error what the answer does not take into account: nothing is skipped silently. */
export function sayNotes(command: string, project: Project, said = new Set<string>()): void {
  const notes = project.diagnostics
    .filter(({ severity }) => severity === "note")
    .map(({ message, span }) => `${project.sources.where(span)}: ${message}`);
  const more = notes.length - MOST_NOTES;
  const lines = [
    ...notes.slice(0, MOST_NOTES),
    ...(more > 0 ? [`${more} more: polc lint lists all policies that are not read`] : []),
    chartHint(command, project) ?? [],
  ].flat();
  for (const line of lines.filter((each) => !said.has(each))) {
    said.add(line);
    process.stderr.write(`note: ${printable(line)}\n`);
  }
}

/** How to read the skipped Helm templates, with the chart's name if there is only one. */
function chartHint(command: string, { templateFiles }: Project): string | undefined {
  const isChart = (path: string) => basename(path) === "Chart.yaml";
  const count = templateFiles.filter((path) => !isChart(path)).length;
  if (count === 0) return undefined;
  const charts = templateFiles.filter(isChart).map((path) => dirname(path));
  const chart = charts.length === 1 ? charts[0] : "CHART";
  const passed = count === 1 ? "skipped 1 template" : `skipped ${count} templates`;
  return `${passed}; to read the rendered chart: helm template ${chart} | polc ${command} -`;
}
