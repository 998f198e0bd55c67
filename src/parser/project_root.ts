import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { isInside } from "../source/paths.js";

/** Entries that mark a project's folder. */
const MARKS = [".git", "package.json", "polc.config.ts", "polc.config.yaml", "polc.config.json"];

/**
 * The folder whose files a TypeScript policy may import: the working directory if the policy is inside it, otherwise the
 * project around the named folder, or else that folder.
 */
export function projectRoot(folder: string, cwd: string): string {
  if (isInside(folder, cwd)) return cwd;
  for (let around = folder; ; around = dirname(around)) {
    if (MARKS.some((mark) => existsSync(join(around, mark)))) return around;
    if (dirname(around) === around) return folder;
  }
}
