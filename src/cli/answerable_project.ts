import { loadProject } from "../parser/project.js";
import type { LoadOptions, Project } from "../parser/project.js";
import type { Diagnostic } from "../source/diagnostic.js";
import { fail } from "./fail.js";
import { printReport } from "./print_diagnostics.js";

/** What the paths hold, or undefined after saying why not: an answer from policies read in part would be a guess. */
export async function answerableProject(
  command: string,
  paths: readonly string[],
  options: LoadOptions = {},
): Promise<Project | undefined> {
  const project = await loadProject(paths, options);
  const errors = errorsOf(project);
  if (errors.length > 0) printReport(errors, project);
  else if (project.files === 0) failEmpty(command, paths);
  else return project;
  return undefined;
}

/** What keeps policies from being read, or from being what they say. */
export function errorsOf({ diagnostics }: Project): readonly Diagnostic[] {
  return diagnostics.filter(({ severity, compiles }) => severity === "error" && !compiles);
}

export function failEmpty(command: string, paths: readonly string[]): number {
  return fail(command, `no policy files in ${paths.join(" ")}`);
}
