/** Applies `.gitignore` files to the files of a folder. Source: gitignore(5). */
import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join, relative } from "node:path";
import type { Ignore, Options } from "ignore";
import { slashed } from "../source/paths.js";

const FILE = ".gitignore";

/** The `.gitignore` files that apply in a folder, the nearest last. The library is loaded with the first one. */
export class GitIgnore {
  private constructor(
    private readonly files: readonly { readonly folder: string; readonly rules: Ignore }[],
  ) {}

  /**
   * For a folder in which a search begins, with the `.gitignore` files of the folders above it, up to the one with `.git`.
   * If these ignore the folder itself, they do not apply, because the user named the folder.
   */
  static around(folder: string): GitIgnore {
    const folders = [folder];
    while (!existsSync(join(folders[0]!, ".git"))) {
      const parent = dirname(folders[0]!);
      // Outside a repository, only the folder itself is known to belong together.
      if (parent === folders[0]) return new GitIgnore([]).in(folder);
      folders.unshift(parent);
    }
    let found = new GitIgnore([]);
    for (const [i, each] of folders.entries()) {
      found = found.in(each);
      const next = folders[i + 1];
      if (next !== undefined && found.ignores(next, "folder")) return new GitIgnore([]).in(folder);
    }
    return found;
  }

  /** For a folder directly inside. */
  in(folder: string): GitIgnore {
    let text: string;
    try {
      text = readFileSync(join(folder, FILE), "utf8");
    } catch {
      return this;
    }
    const rules = library()({ ignorecase: false }).add(text);
    return new GitIgnore([...this.files, { folder, rules }]);
  }

  /** The nearest file with a matching pattern decides. */
  ignores(path: string, kind: "file" | "folder"): boolean {
    for (const { folder, rules } of this.files.toReversed()) {
      const inside = slashed(relative(folder, path));
      const { ignored, unignored } = rules.test(kind === "folder" ? `${inside}/` : inside);
      if (ignored || unignored) return ignored;
    }
    return false;
  }
}

function library(): (options: Options) => Ignore {
  return createRequire(import.meta.url)("ignore") as (options: Options) => Ignore;
}
