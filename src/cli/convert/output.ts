/** Where `polc convert` writes. */
import { existsSync, statSync } from "node:fs";
import { join } from "node:path";
import type { Layout, OutputFile } from "../../convert/output_file.js";
import { writeWhole } from "../files/write_whole.js";

export type Output =
  | { readonly to: "stdout"; readonly layout: Layout }
  | { readonly to: "file"; readonly path: string; readonly layout: Layout }
  | { readonly to: "folder"; readonly path: string; readonly layout: Layout };

export interface Problem {
  readonly problem: string;
}

const ENDINGS = { yaml: /\.ya?ml$/, ts: /\.policy\.ts$/ } as const;

/** A path is a folder if it exists as one, or if its name has no file extension. */
export function outputOf(path: string | undefined, form: "yaml" | "ts"): Output | Problem {
  if (path === undefined) return { to: "stdout", layout: "one" };
  if (statSync(path, { throwIfNoEntry: false })?.isDirectory())
    return { to: "folder", path, layout: "folder" };
  if (ENDINGS[form].test(path)) return { to: "file", path, layout: "one" };
  if (/\.(?:ya?ml|json|[cm]?[jt]s)$/.test(path)) {
    const wanted = form === "yaml" ? "*.yaml" : "*.policy.ts";
    return { problem: `${path} has the wrong extension: write ${wanted}, or a folder` };
  }
  return { to: "folder", path, layout: "folder" };
}

/** Writes each file completely or not at all, and none if one exists and may not be overwritten. */
export function writeFiles(
  files: readonly OutputFile[],
  output: Exclude<Output, { to: "stdout" }>,
  force: boolean,
): { readonly written: readonly string[] } | Problem {
  const targets = files.map(({ path, text }) => ({
    path: output.to === "file" ? output.path : join(output.path, path),
    text,
  }));
  const there = targets.filter(({ path }) => existsSync(path)).map(({ path }) => path);
  if (there.length > 0 && !force)
    return { problem: `${there.join(", ")} already exists: use --force to overwrite` };
  try {
    for (const { path, text } of targets) writeWhole(path, text);
  } catch (error) {
    return { problem: `cannot be written: ${(error as Error).message}` };
  }
  return { written: targets.map(({ path }) => path) };
}
