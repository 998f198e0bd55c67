import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";

/** Is there a program of this name on PATH, or at this path? */
export function onPath(tool: string): boolean {
  return pathOf(tool) !== undefined;
}

/** The program that is run by this name. */
export function pathOf(tool: string): string | undefined {
  if (tool.includes("/")) return isExecutable(tool) ? tool : undefined;
  return (process.env["PATH"] ?? "")
    .split(delimiter)
    .map((directory) => join(directory, tool))
    .find(isExecutable);
}

export function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
