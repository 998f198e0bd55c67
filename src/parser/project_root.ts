import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { isInside } from "../source/paths.js";

/** What the folder of a project has. */
const MARKS = [".git", "package.json", "polc.config.ts", "polc.config.yaml", "polc.config.json"];

/**
 * The folder whose files a TypeScript policy may import: the working directory around it, or else the project around the
 * folder that was named, or that folder.
 */
export function projectRoot(folder: string, cwd: string): string {
  if (isInside(folder, cwd)) return cwd;
  for (let around = folder; ; around = dirname(around)) {
    if (MARKS.some((mark) => existsSync(join(around, mark)))) return around;
    if (dirname(around) === around) return folder;
  }
}
