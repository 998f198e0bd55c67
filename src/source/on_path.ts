import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";

/** Is there a program of this name on PATH, or at this path? */
export function onPath(tool: string): boolean {
  return pathOf(tool) !== undefined;
}

/** The program that is run by this name. Windows runs only files whose names end in `.exe`. */
export function pathOf(tool: string, isWindows = process.platform === "win32"): string | undefined {
  const file = isWindows && !tool.endsWith(".exe") ? `${tool}.exe` : tool;
  if (tool.includes("/") || (isWindows && tool.includes("\\"))) return isExecutable(file) ? file : undefined;
  return (process.env["PATH"] ?? "")
    .split(delimiter)
    .map((directory) => join(directory, file))
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
