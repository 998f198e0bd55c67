/** Findings on their way to standard output or a file. */
import { resolve } from "node:path";
import { formatFindings } from "../../lint/format/format.js";
import type { Findings } from "../../lint/format/format.js";
import { reasonOf } from "../../parser/find_files.js";
import { TEMPLATE } from "../../parser/parsed_file.js";
import type { ReadProject } from "../../parser/project.js";
import { colorsFor } from "../../source/pretty.js";
import type { LintOptions } from "./options.js";

/** @param focus absolute paths of the files whose findings count; undefined: all files */
export function focusOn(focus: ReadonlySet<string> | undefined, findings: Findings, cwd: string): Findings {
  if (!focus) return findings;
  const isIn = (path: string) => focus.has(resolve(cwd, path));
  return {
    ...findings,
    diagnostics: findings.diagnostics.filter(({ span }) => isIn(span.file)),
    files: [...findings.sources.all()].filter(({ path }) => isIn(path)).length,
  };
}

/** @returns why they could not be written */
export async function report(
  findings: Findings,
  project: Pick<ReadProject, "templates" | "diagnostics">,
  { format, color, quiet, outputFile, staged, changed }: LintOptions,
): Promise<string | undefined> {
  if (format === "pretty" && quiet && findings.diagnostics.length === 0) return undefined;
  const toTerminal = color && outputFile === undefined;
  const rules = async () => (await import("../../../rules/registry.js")).RULES;
  let text = await formatFindings(format, findings, colorsFor(process.stdout, toTerminal), rules);
  if (format === "pretty" && project.templates > 0 && !quiet && !staged && !changed)
    text += `\n${templateHint(project)}`;
  if (text !== "" && !text.endsWith("\n")) text += "\n";
  if (outputFile === undefined) {
    process.stdout.write(text);
    return undefined;
  }
  try {
    const { writeWhole } = await import("../files/write_whole.js");
    writeWhole(outputFile, text);
    return undefined;
  } catch (error) {
    return `${outputFile} ${reasonOf(error).replace("cannot be read", "cannot be written")}`;
  }
}

/** How to read skipped templates: the command for the first object, unless chart files were skipped too. */
export function templateHint({
  templates,
  diagnostics,
}: Pick<ReadProject, "templates" | "diagnostics">): string {
  const skipped = templates === 1 ? "skipped 1 template" : `skipped ${templates} templates`;
  const objects = diagnostics.filter(({ rule }) => rule === TEMPLATE);
  const [command] = /[^:]+ \| polc COMMAND -$/.exec(objects[0]?.help ?? "") ?? [];
  const isOfChart = command === undefined || objects.length < templates;
  const example = isOfChart ? "helm template CHART | polc lint -" : command.trim().replace("COMMAND", "lint");
  return `${skipped}; render and pipe them in, for example: ${example}`;
}
