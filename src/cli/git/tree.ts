/** The policy files of a commit. The working tree is not touched. */
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, relative, resolve } from "node:path";
import { pathWithin } from "../../source/paths.js";
import { commitOf, git, GitError, readObjects, rootOf, texts } from "./files.js";

/** A commit and a git path in it: from the repository's root, or from here if it begins with `./` or `../`. */
export interface Revision {
  readonly commit: string;
  readonly path: string | undefined;
}

/** The revision that `REV` or `REV:PATH` names; undefined if it is not one. */
export function findRevision(text: string, cwd: string): Revision | undefined {
  const colon = text.indexOf(":");
  const [name, path] = colon < 0 ? [text, undefined] : [text.slice(0, colon), text.slice(colon + 1)];
  try {
    return { commit: commitOf(cwd, name === "" ? "HEAD" : name), path };
  } catch {
    return undefined;
  }
}

/** The same place in the working tree: absolute. @throws GitError */
export function placeOf({ path }: Revision, cwd: string): string {
  return path === undefined ? cwd : resolve(/^\.\.?(\/|$)/.test(path) ? cwd : rootOf(cwd), path);
}

/** The wanted part of a commit, as paths from the root of the repository. */
interface Wanted {
  readonly root: string;
  /** The working directory. */
  readonly here: string;
  readonly place: string;
  /** The folder around the place: TypeScript imports stay inside the working directory, as when polc runs on files. */
  readonly around: string;
  /** The commit's files around it. */
  readonly files: readonly TreeFile[];
}

export interface TreeFile {
  readonly path: string;
  readonly object: string;
  /** Not a link or a submodule. */
  readonly regular: boolean;
}

/** @throws GitError if the commit holds nothing there */
function wantedOf(revision: Revision, cwd: string): Wanted {
  const root = rootOf(cwd);
  const [place, here] = [pathWithin(placeOf(revision, cwd), root), pathWithin(cwd, root)!];
  if (place === undefined) throw new GitError(`${revision.path} is outside the repository`);
  const around = isUnder(place, here) ? here : place;
  const files = filesOf(root, revision.commit, around);
  if (!files.some(({ path, regular }) => regular && isUnder(path, place)))
    throw new GitError(`no policy files in ${place === "" ? "it" : place}`);
  return { root, here, place, around, files };
}

/** The commit's texts of files that differ in the working tree, and the files that only the working tree has. */
export interface Overlay {
  /** By absolute path. */
  readonly contents: ReadonlyMap<string, Buffer>;
  readonly excludes: (absolute: string, kind: "file" | "folder") => boolean;
}

/**
 * Makes the working tree read as the commit does, fetching only the files that differ.
 * @throws GitError if the commit holds nothing there
 */
export function overlayOf(revision: Revision, cwd: string): Overlay {
  const { root, around, files } = wantedOf(revision, cwd);
  const options = ["--name-only", "-z", "--no-renames", "--no-ext-diff", "--ignore-submodules"];
  const within = around === "" ? [] : [around];
  const changed = new Set(
    texts(git(root, "-c", "diff.relative=false", "diff", ...options, revision.commit, "--", ...within)),
  );
  const differing = files.filter(({ path, regular }) => regular && changed.has(path));
  const known = new Set(files.map(({ path }) => join(root, path)));
  return {
    contents: readObjects(
      root,
      differing.map(({ path, object }) => [join(root, path), object] as const),
    ),
    excludes: (absolute, kind) => kind === "file" && !known.has(absolute),
  };
}

export interface CheckedOut {
  /** Stands for the working directory. */
  readonly cwd: string;
  /** Stands for the root of the repository. */
  readonly root: string;
  /** Where the wanted place is in it. */
  readonly path: string;
  remove(): void;
}

/**
 * Copies the policy files at a place of a commit, and the TypeScript around it, to a temporary folder, without links and
 * submodules.
 * @throws GitError if the commit holds nothing there
 */
export function checkOut(revision: Revision, cwd: string): CheckedOut {
  const { root, here, place, around, files } = wantedOf(revision, cwd);
  const needed = files.filter(
    ({ path, regular }) => regular && (path.endsWith(".ts") || isUnder(path, place)),
  );
  const folder = realpathSync(mkdtempSync(join(tmpdir(), "polc-diff-")));
  const remove = () => rmSync(folder, { recursive: true, force: true });
  try {
    const objects = needed.map(({ path, object }) => [path, object] as const);
    for (const [path, bytes] of readObjects(root, objects)) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), bytes);
    }
  } catch (error) {
    remove();
    throw error;
  }
  const base = around === here ? join(folder, here) : folder;
  return { cwd: base, root: folder, path: relative(base, join(folder, place)) || ".", remove };
}

/** The files that may be policies, or that policies may import. */
function filesOf(root: string, commit: string, folder: string): readonly TreeFile[] {
  const wanted = /\.(?:ya?ml|json|ts)$|(?:^|\/)Kustomization$/;
  return treeFiles(root, commit, folder).filter(({ path }) => wanted.test(path));
}

/** All files of a folder of a commit, by their path from the root. */
export function treeFiles(root: string, commit: string, folder: string): readonly TreeFile[] {
  const within = folder === "" ? [] : ["--", folder];
  const listed = git(root, "ls-tree", "-r", "-z", "--full-tree", commit, ...within);
  return texts(listed).flatMap((entry) => {
    const tab = entry.indexOf("\t");
    const path = entry.slice(tab + 1);
    const [mode = "", , object = ""] = entry.slice(0, tab).split(" ");
    return isPlain(path) ? [{ path, object, regular: mode.startsWith("100") }] : [];
  });
}

/** A malicious tree may contain any name. */
function isPlain(path: string): boolean {
  return path.split("/").every((part) => part !== "" && part !== "." && part !== "..");
}

/** Paths from the root; the empty one is the root. */
function isUnder(path: string, folder: string): boolean {
  return folder === "" || path === folder || path.startsWith(`${folder}/`);
}
