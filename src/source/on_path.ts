import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";

/** Is there a program of this name on PATH, or at this path? */
export function onPath(tool: string): boolean {
  if (tool.includes("/")) return isExecutable(tool);
  return (process.env["PATH"] ?? "")
    .split(delimiter)
    .some((directory) => isExecutable(join(directory, tool)));
}

export function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
