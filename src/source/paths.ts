/**
 * Paths of the operating system, and paths as spans and messages show them: relative to the working folder if inside it,
 * and always with `/`. Every function takes the rules of another system, so that Windows is tested everywhere.
 */
import native, { posix } from "node:path";
import type { PlatformPath } from "node:path";

/** The path with `/`, as spans, git and the TypeScript compiler write paths. */
export function slashed(path: string, { sep }: PlatformPath = native): string {
  return sep === "/" ? path : path.replaceAll(sep, "/");
}

/** The path relative to a folder, with `/`; empty for the folder itself, and undefined outside it. */
export function pathWithin(
  path: string,
  folder: string,
  platform: PlatformPath = native,
): string | undefined {
  const inside = platform.relative(folder, path);
  // Between two drives of Windows there is no relative path: it stays absolute.
  const leaves = inside === ".." || inside.startsWith(`..${platform.sep}`) || platform.isAbsolute(inside);
  return leaves ? undefined : slashed(inside, platform);
}

/** Is the path the folder, or inside it? */
export function isInside(path: string, folder: string, platform: PlatformPath = native): boolean {
  return pathWithin(path, folder, platform) !== undefined;
}

/** An absolute path as spans have it. */
export function shownPath(absolute: string, cwd: string, platform: PlatformPath = native): string {
  return pathWithin(absolute, cwd, platform) || slashed(absolute, platform);
}

/** The folders around a path that spans have, the innermost first, without the root, a drive and the working folder. */
export function foldersAround(shown: string): readonly string[] {
  const folders: string[] = [];
  for (
    let folder = posix.dirname(shown);
    !/^(?:\.|\/*|[A-Za-z]:)$/.test(folder);
    folder = posix.dirname(folder)
  )
    folders.push(folder);
  return folders;
}
