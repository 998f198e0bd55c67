/** Asks git which files have changed, and what is staged. */
import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { isInside } from "../../source/paths.js";

export interface StagedFiles {
  /** Absolute paths of the files that a commit would change. */
  readonly files: ReadonlySet<string>;
  /** The index's contents of files that differ in the working tree, by absolute path. */
  readonly contents: ReadonlyMap<string, Buffer>;
  /** Is the file in the repository's folder, but not in the index? */
  readonly isForeign: (absolute: string) => boolean;
}

/** Git's error message, in one line. */
export class GitError extends Error {}

/**
 * The files that a commit would change, and the index.
 * @param holds the files whose contents are of interest, by absolute path
 * @throws GitError
 */
export function stagedFiles(cwd: string, holds: (absolute: string) => boolean): StagedFiles {
  const root = rootOf(cwd);
  const index = readIndex(root);
  const differing = changed(cwd, root).flatMap((path) => {
    const object = holds(path) ? index.get(path) : undefined;
    return object ? [[path, object] as const] : [];
  });
  return {
    files: new Set(changed(cwd, root, "--cached")),
    contents: readObjects(cwd, differing),
    isForeign: (absolute) => isInside(absolute, root) && !index.has(absolute),
  };
}

/**
 * Absolute paths of files that are new, or that changed since HEAD and `since` diverged (without `since`: since HEAD).
 * @throws GitError
 */
export function changedFiles(cwd: string, since: string | undefined): ReadonlySet<string> {
  const root = rootOf(cwd);
  const base = baseOf(cwd, since);
  const tracked = base === undefined ? [...readIndex(root).keys()] : changed(cwd, root, base);
  const untracked = list(git(root, "ls-files", "--others", "--exclude-standard", "-z"), root);
  return new Set([...tracked, ...untracked]);
}

/** undefined: nothing is committed yet. */
function baseOf(cwd: string, since: string | undefined): string | undefined {
  if (since === undefined) {
    try {
      return commitOf(cwd, "HEAD");
    } catch {
      return undefined;
    }
  }
  const commit = commitOf(cwd, since);
  try {
    return git(cwd, "merge-base", commit, "HEAD").toString("utf8").trim();
  } catch {
    // The histories have no common commit, as in a shallow clone.
    return commit;
  }
}

/** A name that begins with a dash is a name, not an option. */
export function commitOf(cwd: string, name: string): string {
  try {
    return git(cwd, "rev-parse", "--verify", "--quiet", "--end-of-options", `${name}^{commit}`)
      .toString("utf8")
      .trim();
  } catch {
    throw new GitError(`${name} is not a git revision`);
  }
}

export function rootOf(cwd: string): string {
  return git(cwd, "rev-parse", "--show-toplevel").toString("utf8").replace(/\n$/, "");
}

/** Files that differ between the working tree and the index, or as `against` says, without deleted ones. */
function changed(cwd: string, root: string, ...against: readonly string[]): readonly string[] {
  const options = ["--name-only", "-z", "--no-renames", "--no-ext-diff", "--ignore-submodules"];
  const filter = against.length > 0 ? ["--diff-filter=d"] : [];
  return list(git(cwd, "-c", "diff.relative=false", "diff", ...options, ...filter, ...against, "--"), root);
}

/** Objects of regular files by absolute path; undefined for links, submodules and files with conflicts. */
function readIndex(root: string): ReadonlyMap<string, string | undefined> {
  const index = new Map<string, string | undefined>();
  for (const entry of texts(git(root, "ls-files", "--stage", "-z"))) {
    const tab = entry.indexOf("\t");
    const [mode = "", object, stage] = entry.slice(0, tab).split(" ");
    index.set(join(root, entry.slice(tab + 1)), mode.startsWith("100") && stage === "0" ? object : undefined);
  }
  return index;
}

/** The format is that of `git cat-file --batch`: a header line with the size, the content, a newline. */
export function readObjects(cwd: string, wanted: readonly (readonly [path: string, object: string])[]) {
  const contents = new Map<string, Buffer>();
  if (wanted.length === 0) return contents;
  const output = run(cwd, ["cat-file", "--batch"], wanted.map(([, object]) => `${object}\n`).join(""));
  let at = 0;
  for (const [path] of wanted) {
    const end = output.indexOf(0x0a, at);
    const size = Number(output.subarray(at, end).toString("latin1").split(" ")[2]);
    contents.set(path, output.subarray(end + 1, end + 1 + size));
    at = end + 1 + size + 1;
  }
  return contents;
}

function list(output: Buffer, root: string): readonly string[] {
  return texts(output).map((path) => join(root, path));
}

export function texts(output: Buffer): readonly string[] {
  return output
    .toString("utf8")
    .split("\0")
    .filter((text) => text !== "");
}

export function git(cwd: string, ...args: readonly string[]): Buffer {
  return run(cwd, args, "");
}

function run(cwd: string, args: readonly string[], input: string): Buffer {
  try {
    return execFileSync("git", args, { cwd, input, maxBuffer: 1 << 30, stdio: ["pipe", "pipe", "pipe"] });
  } catch (error) {
    const { stderr, code } = error as { readonly stderr?: Buffer; readonly code?: string };
    if (code === "ENOENT") throw new GitError("git is not installed");
    const said = stderr
      ?.toString("utf8")
      .trim()
      .split("\n")[0]
      ?.replace(/^fatal: /, "");
    throw new GitError(said || `git ${args[0]} failed`);
  }
}
