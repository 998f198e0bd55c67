import { randomBytes } from "node:crypto";
import { mkdirSync, realpathSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

/**
 * Writes a file completely or not at all. Creates its folders, and keeps a symbolic link. Throws errors of the file system.
 */
export function writeWhole(path: string, text: string): void {
  const stat = statSync(path, { throwIfNoEntry: false });
  // Write to a pipe or device instead of replacing it.
  if (stat && !stat.isFile()) return writeFileSync(path, text);
  const target = stat ? realpathSync(path) : path;
  const folder = dirname(target);
  mkdirSync(folder, { recursive: true });
  const temporary = join(folder, `.polc-${randomBytes(6).toString("hex")}`);
  try {
    writeFileSync(temporary, text, { flag: "wx", ...(stat && { mode: stat.mode }) });
    renameSync(temporary, target);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
}
