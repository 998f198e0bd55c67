/** `polc lint --fix`: writes changed texts to their files, or shows them. */
import { readFileSync } from "node:fs";
import { relative } from "node:path";
import { createTwoFilesPatch } from "diff";
import { fixProject } from "../../lint/fix/fix_project.js";
import type { FixOptions } from "../../lint/fix/fix_project.js";
import type { Findings } from "../../lint/format/format.js";
import { readProject } from "../../parser/project.js";
import type { ReadProject } from "../../parser/project.js";
import { printable } from "../../source/printable.js";
import type { LintInputs } from "./inputs.js";
import type { LintOptions } from "./options.js";
import { writeWhole } from "../files/write_whole.js";

const BOM = "\ufeff";

/** Applies the fixes, reports their number on standard error, and prints a patch instead if asked. */
export async function fixFindings(
  project: ReadProject,
  findings: Findings,
  { paths, load }: LintInputs,
  { unsafe, fixDryRun }: LintOptions,
  how: Pick<FixOptions, "lint" | "scopes">,
): Promise<Findings> {
  const cwd = load.cwd!;
  const read = (contents: ReadonlyMap<string, Buffer>) => readProject(paths, { ...load, contents });
  const fixed = await fixProject(project, findings.diagnostics, { ...how, cwd, unsafe, read });
  const { contents } = fixed;
  if (fixDryRun) process.stdout.write(patchOf(contents, cwd));
  else for (const [path, bytes] of contents) writeFixed(path, bytes);
  const count = fixed.fixed === 1 ? "1 finding" : `${fixed.fixed} findings`;
  const files = contents.size === 1 ? "1 file" : `${contents.size} files`;
  process.stderr.write(`polc lint: ${fixDryRun ? "would fix" : "fixed"} ${count} in ${files}\n`);
  return { ...findings, diagnostics: fixed.diagnostics, sources: fixed.project.sources };
}

/** A file that begins with a byte order mark keeps it. */
function writeFixed(path: string, bytes: Buffer): void {
  const mark = readFileSync(path, "utf8").startsWith(BOM) ? BOM : "";
  writeWhole(path, mark + bytes.toString("utf8"));
}

function patchOf(contents: ReadonlyMap<string, Buffer>, cwd: string): string {
  return [...contents]
    .map(([path, bytes]) => {
      const name = relative(cwd, path);
      const before = readFileSync(path, "utf8").replace(BOM, "");
      const patch = createTwoFilesPatch(`a/${name}`, `b/${name}`, before, bytes.toString("utf8"), "", "");
      return patch.split("\n").slice(1).map(shown).join("\n");
    })
    .join("");
}

/** Tabs and the end of a CRLF line are the file's own. */
function shown(line: string): string {
  const end = line.endsWith("\r") ? "\r" : "";
  const text = end === "" ? line : line.slice(0, -1);
  return text.split("\t").map(printable).join("\t") + end;
}
