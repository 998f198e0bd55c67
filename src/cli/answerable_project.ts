import type { LoadOptions, Project } from "../parser/project.js";
import { EXIT } from "./exit.js";

/** What the paths hold, or undefined after saying why not: an answer from policies read in part would be a guess. */
export async function answerableProject(
  command: string,
  paths: readonly string[],
  options: LoadOptions = {},
): Promise<Project | undefined> {
  const { loadProject } = await import("../parser/project.js");
  const project = await loadProject(paths, options);
  const errors = project.diagnostics.filter(({ severity, compiles }) => severity === "error" && !compiles);
  if (errors.length > 0) {
    const { colorsFor, prettyReport } = await import("../source/pretty.js");
    const colors = colorsFor(process.stderr);
    process.stderr.write(`${prettyReport(errors, project.sources, project.files, colors)}\n`);
    process.exitCode = EXIT.usage;
    return undefined;
  }
  if (project.files > 0) return project;
  await refuse(command, `no policy files in ${paths.join(" ")}`);
  return undefined;
}

/** Says on standard error why there is no answer, with lines that help. */
export async function refuse(command: string, message: string, ...more: readonly string[]): Promise<void> {
  const { printable } = await import("../source/printable.js");
  const lines = [`polc ${command}: ${printable(message)}`, ...more.map((line) => `  ${printable(line)}`)];
  process.stderr.write(`${lines.join("\n")}\n`);
  process.exitCode = EXIT.usage;
}
