/** The policy files of a commit, written into a folder of their own: the working tree is left alone. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, relative, resolve } from "node:path";
import { commitOf, git, GitError, readObjects, rootOf, texts } from "./git_files.js";

/** A commit, and a path in it as git takes it: from the repository's root, or from here if it begins with `./` or `../`. */
export interface Revision {
  readonly commit: string;
  readonly path: string | undefined;
}

/** What `REV` or `REV:PATH` names; undefined if it is no revision. */
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

export interface CheckedOut {
  /** Stands for the working directory. */
  readonly cwd: string;
  /** Where the wanted place is in it. */
  readonly path: string;
  remove(): void;
}

/**
 * The policy files at a place of a commit, and the TypeScript around it, which they may import. Links and submodules are
 * left out.
 * @throws GitError if the commit holds nothing there
 */
export function checkOut(revision: Revision, cwd: string): CheckedOut {
  const root = rootOf(cwd);
  const place = placeOf(revision, cwd);
  const [wanted, here] = [relative(root, place), relative(root, cwd)];
  if (!isInside(wanted)) throw new GitError(`${revision.path} is outside the repository`);
  // As when polc runs on files: what TypeScript imports is inside the working directory.
  const around = isUnder(wanted, here) ? here : wanted;
  const files = filesOf(root, revision.commit, around).filter(
    ([path]) => path.endsWith(".ts") || isUnder(path, wanted),
  );
  if (!files.some(([path]) => isUnder(path, wanted)))
    throw new GitError(`there are no policy files in ${wanted === "" ? "it" : wanted}`);
  const folder = mkdtempSync(join(tmpdir(), "polc-diff-"));
  const remove = () => rmSync(folder, { recursive: true, force: true });
  try {
    for (const [path, bytes] of readObjects(root, files)) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), bytes);
    }
  } catch (error) {
    remove();
    throw error;
  }
  const base = around === here ? join(folder, here) : folder;
  return { cwd: base, path: relative(base, join(folder, wanted)) || ".", remove };
}

/** The paths and objects of regular files that may be policies, or that policies may import. */
function filesOf(root: string, commit: string, folder: string): readonly (readonly [string, string])[] {
  const within = folder === "" ? [] : ["--", folder];
  const listed = git(root, "ls-tree", "-r", "-z", "--full-tree", commit, ...within);
  return texts(listed).flatMap((entry) => {
    const tab = entry.indexOf("\t");
    const path = entry.slice(tab + 1);
    const [mode = "", , object = ""] = entry.slice(0, tab).split(" ");
    const wanted = mode.startsWith("100") && /\.(?:ya?ml|json|ts)$/.test(path) && isPlain(path);
    return wanted ? [[path, object] as const] : [];
  });
}

/** A tree that was made with ill will may name anything. */
function isPlain(path: string): boolean {
  return path.split("/").every((part) => part !== "" && part !== "." && part !== "..");
}

function isInside(path: string): boolean {
  return path !== ".." && !path.startsWith("../");
}

/** Paths from the root; the empty one is the root. */
function isUnder(path: string, folder: string): boolean {
  return folder === "" || path === folder || path.startsWith(`${folder}/`);
}
