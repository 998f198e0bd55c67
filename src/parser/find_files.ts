/** Which files a list of paths means. */
import { readdirSync, statSync } from "node:fs";
import { isAbsolute, join, relative, resolve, sep } from "node:path";

export interface FoundFile {
  /** As spans and messages show it: relative to the working directory where it lies inside, with `/`. */
  readonly path: string;
  readonly absolute: string;
  readonly kind: "yaml" | "typescript";
  /** Given by the user, not found in a folder. */
  readonly named: boolean;
}

export interface FoundFiles {
  /** Without repeats, sorted by path. */
  readonly files: readonly FoundFile[];
  readonly missing: readonly { readonly path: string; readonly reason: string }[];
  /** Templates of Helm charts, which are passed over: YAML only when they are rendered. */
  readonly templates: number;
}

const SKIPPED_FOLDERS: ReadonlySet<string> = new Set(["node_modules", "dist"]);

/**
 * Files as they are named; folders are searched for `*.yaml *.yml *.json *.policy.ts *.claims.ts`.
 * @param given absolute paths of files that need not be on disk; they are among those found
 */
export function findFiles(
  paths: readonly string[],
  cwd: string,
  given: ReadonlySet<string> = new Set(),
): FoundFiles {
  const files = new Map<string, FoundFile>();
  const missing: { path: string; reason: string }[] = [];
  let templates = 0;
  const add = (absolute: string, named: boolean) => {
    if (!files.get(absolute)?.named)
      files.set(absolute, { path: shownPath(absolute, cwd), absolute, kind: kindOf(absolute), named });
  };
  for (const path of paths) {
    const absolute = resolve(cwd, path);
    const stat = statSync(absolute, { throwIfNoEntry: false });
    if (stat?.isFile()) add(absolute, true);
    else if (stat?.isDirectory())
      walk(absolute, {
        add: (file) => add(file, false),
        fail: (at, reason) => missing.push({ path: shownPath(at, cwd), reason }),
        template: () => templates++,
      });
    else if (![...given].some((path) => path === absolute || path.startsWith(absolute + sep)))
      missing.push({ path, reason: stat ? "is neither a file nor a folder" : "does not exist" });
  }
  for (const absolute of given) add(absolute, true);
  return {
    files: [...files.values()].sort((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0)),
    missing,
    templates,
  };
}

interface Visitor {
  add(path: string): void;
  fail(path: string, reason: string): void;
  template(): void;
}

function walk(folder: string, visitor: Visitor): void {
  let entries;
  try {
    entries = readdirSync(folder, { withFileTypes: true });
  } catch (error) {
    visitor.fail(folder, reasonOf(error));
    return;
  }
  const isChart = entries.some(({ name }) => name === "Chart.yaml");
  for (const entry of entries) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) {
      if (entry.name.startsWith(".") || SKIPPED_FOLDERS.has(entry.name)) continue;
      const isTemplates = isChart && entry.name === "templates";
      walk(path, isTemplates ? { ...visitor, add: () => visitor.template() } : visitor);
    } else if (isPolicyFile(entry.name)) {
      // A linked folder is not entered, so that links cannot form a circle; a linked file is read.
      if (entry.isFile() || (entry.isSymbolicLink() && statSync(path, { throwIfNoEntry: false })?.isFile()))
        visitor.add(path);
    }
  }
}

/** What the operating system says, as the end of a sentence about a path. */
export function reasonOf(error: unknown): string {
  const code = (error as NodeJS.ErrnoException).code;
  if (code === "EACCES" || code === "EPERM") return "cannot be read: permission denied";
  if (code === "ENOENT") return "does not exist";
  return `cannot be read: ${code ?? String(error)}`;
}

function isPolicyFile(name: string): boolean {
  return /\.(?:yaml|yml|json|policy\.ts|claims\.ts)$/.test(name);
}

function kindOf(path: string): FoundFile["kind"] {
  return path.endsWith(".ts") ? "typescript" : "yaml";
}

function shownPath(absolute: string, cwd: string): string {
  const inside = relative(cwd, absolute);
  const shown = inside === "" || inside.startsWith("..") || isAbsolute(inside) ? absolute : inside;
  return sep === "/" ? shown : shown.replaceAll(sep, "/");
}
