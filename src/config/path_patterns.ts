import { isAbsolute } from "node:path";
import { parseGlob } from "../source/glob.js";
import type { Glob } from "../source/glob.js";
import { pathWithin } from "../source/paths.js";

/**
 * Patterns of a configuration file, relative to its folder. A pattern that matches a folder stands for all in it; one
 * without a `/` is found at any depth.
 */
export class PathPatterns {
  private constructor(
    private readonly folder: string,
    private readonly globs: readonly Glob[],
  ) {}

  /** @param fault called with what is wrong with the pattern of an index; it then matches nothing */
  static parse(
    folder: string,
    patterns: readonly string[],
    fault: (index: number, message: string) => void,
  ): PathPatterns {
    const globs = patterns.flatMap((pattern, index) => {
      const glob = parse(pattern);
      if (!("fault" in glob)) return [glob];
      fault(index, glob.fault);
      return [];
    });
    return new PathPatterns(folder, globs);
  }

  /** @param absolute of a file or a folder */
  matches(absolute: string): boolean {
    if (this.globs.length === 0) return false;
    const path = pathWithin(absolute, this.folder);
    if (path === undefined || path === "") return false;
    const segments = path.split("/");
    const leading = segments.map((_, i) => segments.slice(0, i + 1).join("/"));
    return this.globs.some((glob) => leading.some((each) => glob.matches(each)));
  }
}

function parse(pattern: string): Glob | { readonly fault: string } {
  if (pattern.startsWith("!")) return { fault: "excludes, but a pattern can only include" };
  if (isAbsolute(pattern) || pattern.split("/").includes(".."))
    return { fault: "leads out of the configuration file's folder" };
  const anywhere = !pattern.replace(/\/+$/, "").includes("/");
  return parseGlob(anywhere ? `**/${pattern}` : pattern);
}
