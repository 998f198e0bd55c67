/** Where polc keeps its own files between runs, and whether a path is safe from other users. */
import { lstatSync } from "node:fs";
import { homedir } from "node:os";
import { isAbsolute, join } from "node:path";

/** The user's cache, outside every project: a folder inside one could be part of a pull request. */
export function userCacheDir(): string {
  const configured = process.env["XDG_CACHE_HOME"];
  return join(configured && isAbsolute(configured) ? configured : join(homedir(), ".cache"), "polc");
}

/** Is it the user's own, not a symbolic link, and writable by nobody else? Throws if there is nothing. */
export function isPrivate(path: string): boolean {
  const { uid, mode } = lstatSync(path);
  const isLink = (mode & 0o170000) === 0o120000;
  // On Windows, modes say nothing about other users, and access control lists protect the user's profile.
  const isOwn = process.getuid === undefined || (uid === process.getuid() && (mode & 0o022) === 0);
  return isOwn && !isLink;
}
