import { existsSync } from "node:fs";
import { dirname, join } from "node:path";

export const CONFIG_NAMES = ["ts", "yaml", "yml", "json"].map((extension) => `polc.config.${extension}`);

/**
 * The configuration files, absolute, of the nearest folder that has one: more than one is for the user to settle. The
 * search ends at the root of a repository.
 */
export function findConfigs(folder: string): readonly string[] {
  for (;;) {
    const found = CONFIG_NAMES.map((name) => join(folder, name)).filter((path) => existsSync(path));
    const parent = dirname(folder);
    if (found.length > 0 || parent === folder || existsSync(join(folder, ".git"))) return found;
    folder = parent;
  }
}

/** The folder of the repository around a folder; the folder itself where there is none. */
export function repositoryOf(folder: string): string {
  for (let each = folder; ; each = dirname(each)) {
    if (existsSync(join(each, ".git"))) return each;
    if (each === dirname(each)) return folder;
  }
}
