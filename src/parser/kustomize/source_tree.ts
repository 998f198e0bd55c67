/** The files around a kustomization: those on disk, or those of a revision. */
import { readFileSync, realpathSync, statSync } from "node:fs";
import { isInside } from "../../source/paths.js";
import { LIMITS } from "../yaml/limits.js";

export interface SourceTree {
  /** A regular file's content. undefined: there is none, it is too large, or a link leads out of `folder`. */
  read(absolute: string, folder: string): Buffer | undefined;
  isFolder(absolute: string): boolean;
}

/** @param contents texts that stand in place of those of files, by absolute path */
export function diskTree(contents: ReadonlyMap<string, Buffer>): SourceTree {
  return {
    read(absolute, folder) {
      const given = contents.get(absolute);
      try {
        const stat = statSync(absolute);
        if (!stat.isFile() || stat.size > LIMITS.fileBytes || leadsOut(absolute, folder)) return undefined;
        return given ?? readFileSync(absolute);
      } catch {
        return given;
      }
    },
    isFolder: (absolute) => statSync(absolute, { throwIfNoEntry: false })?.isDirectory() === true,
  };
}

/** Is a file inside the folder by its name, but outside through a link? */
function leadsOut(absolute: string, folder: string): boolean {
  return isInside(absolute, folder) && !isInside(realpathSync(absolute), realpathSync(folder));
}
