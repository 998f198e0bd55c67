import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

export interface NewFile {
  /** Relative to the folder. */
  readonly path: string;
  readonly text: string;
  readonly executable?: true;
}

/** Writes the files that do not exist yet. */
export function writeNew(
  folder: string,
  files: readonly NewFile[],
): readonly { readonly path: string; readonly written: boolean }[] {
  return files.map(({ path, text, executable }) => {
    const target = join(folder, path);
    mkdirSync(dirname(target), { recursive: true });
    try {
      writeFileSync(target, text, { flag: "wx", mode: executable ? 0o755 : 0o644 });
      return { path: target, written: true };
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
      return { path: target, written: false };
    }
  });
}
