/** Finds the files that a list of paths stands for. */
import { existsSync, readdirSync, statSync } from "node:fs";
import { basename, dirname, isAbsolute, join, relative, resolve, sep } from "node:path";
import { isInside, shownPath, slashed } from "../source/paths.js";
import { hasWildcards, literalFolder, parseGlob } from "../source/glob.js";
import { GitIgnore } from "./gitignore.js";
import { isKustomization } from "./kustomization.js";

export interface FoundFile {
  /** As spans and messages show it: relative to the working directory if inside it, with `/`. */
  readonly path: string;
  readonly absolute: string;
  readonly kind: "yaml" | "typescript";
  /** Given by the user, not found in a folder. */
  readonly named: boolean;
  /** The absolute path of the folder that was named, or that the named file is in. */
  readonly within: string;
}

export interface FoundFiles {
  /** Without duplicates, sorted by path. */
  readonly files: readonly FoundFile[];
  readonly missing: readonly { readonly path: string; readonly reason: string }[];
  /** Paths (as in spans) of skipped Helm templates, which are YAML only once they are rendered. */
  readonly templates: readonly string[];
  /** Paths of the Chart.yaml files, whether the charts have their own templates or use others. */
  readonly charts: readonly string[];
}

const SKIPPED_FOLDERS: ReadonlySet<string> = new Set(["node_modules", "dist"]);

/** The description of a Helm chart: it has an `apiVersion` but is not an object. */
const CHART = "Chart.yaml";

/** The values of a chart's templates, for some environment. */
const VALUES = /^values\b.*\.ya?ml$/;

export interface FindOptions {
  /** Absolute paths of additional files, which need not be on disk. */
  readonly given?: ReadonlySet<string>;
  /** What a search of folders skips, by absolute path. */
  readonly excludes?: (absolute: string, kind: "file" | "folder") => boolean;
  /** A search of folders skips what `.gitignore` files exclude. */
  readonly gitignore?: boolean;
}

/**
 * Finds named files, the files `*.yaml *.yml *.json *.policy.ts *.claims.ts Kustomization` in named folders, and for a path
 * with wildcards that is not a file, those files that it matches.
 */
export function findFiles(paths: readonly string[], cwd: string, options: FindOptions = {}): FoundFiles {
  const search = new Search(cwd, options);
  for (const path of paths) search.path(path);
  search.given();
  return {
    files: [...search.files.values()].sort((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0)),
    missing: search.missing,
    templates: search.templates,
    charts: search.charts,
  };
}

class Search {
  readonly files = new Map<string, FoundFile>();
  readonly missing: { path: string; reason: string }[] = [];
  readonly templates: string[] = [];
  readonly charts: string[] = [];
  private readonly searched: { readonly folder: string; readonly matches?: (absolute: string) => boolean }[] =
    [];

  constructor(
    private readonly cwd: string,
    private readonly options: FindOptions,
  ) {}

  path(path: string): void {
    const absolute = resolve(this.cwd, path);
    const stat = statSync(absolute, { throwIfNoEntry: false });
    if (stat?.isFile()) this.add(absolute, dirname(absolute));
    else if (stat?.isDirectory()) this.folder(absolute);
    else if (!stat && hasWildcards(path)) this.pattern(slashed(path));
    else if (
      !stat &&
      [...(this.options.given ?? [])].some((path) => path !== absolute && isInside(path, absolute))
    )
      this.searched.push({ folder: absolute });
    else if (!this.options.given?.has(absolute))
      this.missing.push({ path, reason: stat ? "is neither a file nor a folder" : "does not exist" });
    else this.add(absolute, dirname(absolute));
  }

  /** Files on disk in a searched folder were already found there, or skipped for a reason. */
  given(): void {
    for (const absolute of this.options.given ?? []) {
      const around = this.searched.filter(({ folder }) => isInside(absolute, folder));
      if (around.length === 0) this.add(absolute, dirname(absolute));
      else if (isPolicyFile(basename(absolute)) && !existsSync(absolute)) {
        const wanted = around.some(({ matches }) => !matches || matches(absolute));
        if (wanted && !this.options.excludes?.(absolute, "file"))
          this.add(absolute, around[0]!.folder, false);
      }
    }
  }

  private add(absolute: string, within: string, named = true): void {
    if (!this.files.get(absolute)?.named)
      this.files.set(absolute, {
        path: shownPath(absolute, this.cwd),
        absolute,
        kind: kindOf(absolute),
        named,
        within,
      });
  }

  private pattern(path: string): void {
    const glob = parseGlob(path);
    const folder = resolve(this.cwd, literalFolder(path));
    if ("fault" in glob) this.missing.push({ path, reason: glob.fault });
    else if (!statSync(folder, { throwIfNoEntry: false })?.isDirectory())
      this.missing.push({ path, reason: "matches no file" });
    else {
      const inner = new Search(this.cwd, this.options);
      inner.folder(folder);
      const matches = (absolute: string) =>
        glob.matches(isAbsolute(path) ? slashed(absolute) : slashed(relative(this.cwd, absolute)));
      this.searched.push({ folder, matches });
      const matched = [...inner.files.keys()].filter(matches);
      for (const absolute of matched) this.add(absolute, folder, false);
      if (matched.length === 0) this.missing.push({ path, reason: "matches no file" });
      this.missing.push(...inner.missing);
      this.templates.push(...inner.templates);
      this.charts.push(...inner.charts);
    }
  }

  private folder(folder: string): void {
    this.searched.push({ folder });
    this.walk(folder, folder, this.options.gitignore ? GitIgnore.around(folder) : undefined, false);
  }

  private walk(folder: string, within: string, gitignore: GitIgnore | undefined, isTemplates: boolean): void {
    let entries;
    try {
      entries = readdirSync(folder, { withFileTypes: true });
    } catch (error) {
      this.missing.push({ path: shownPath(folder, this.cwd), reason: reasonOf(error) });
      return;
    }
    const isChart = entries.some(({ name }) => name === CHART);
    if (isChart) this.charts.push(shownPath(join(folder, CHART), this.cwd));
    for (const entry of entries) {
      const path = join(folder, entry.name);
      const kind = entry.isDirectory() ? "folder" : "file";
      if (kind === "folder" ? isSkipped(entry.name) : !isPolicyFile(entry.name)) continue;
      if (entry.name === CHART || (isChart && VALUES.test(entry.name))) continue;
      if (this.options.excludes?.(path, kind) || gitignore?.ignores(path, kind)) continue;
      if (kind === "folder") {
        const hasIgnoreFile = gitignore && existsSync(join(path, ".gitignore"));
        const templates = isTemplates || (isChart && entry.name === "templates");
        this.walk(path, within, hasIgnoreFile ? gitignore.in(path) : gitignore, templates);
      } else if (isTemplates) this.templates.push(shownPath(path, this.cwd));
      // A linked folder is not entered, so that links cannot form a circle; a linked file is read.
      else if (
        entry.isFile() ||
        (entry.isSymbolicLink() && statSync(path, { throwIfNoEntry: false })?.isFile())
      )
        this.add(path, within, false);
    }
  }
}

/** The folder (as in spans) of the chart that the template file belongs to. */
export function chartAround({ absolute, path }: FoundFile): string | undefined {
  const parts = absolute.split(sep);
  const at = parts.lastIndexOf("templates");
  if (at < 0 || !existsSync([...parts.slice(0, at), CHART].join(sep))) return undefined;
  const inside = parts.slice(at).join("/");
  return path.endsWith(`/${inside}`) ? path.slice(0, -inside.length - 1) : ".";
}

/** Are folders of this name skipped? */
export function isSkipped(folder: string): boolean {
  return folder.startsWith(".") || SKIPPED_FOLDERS.has(folder);
}

/** The operating system's error, to follow a path in a message. */
export function reasonOf(error: unknown): string {
  const code = (error as NodeJS.ErrnoException).code;
  if (code === "EACCES" || code === "EPERM") return "cannot be read: permission denied";
  if (code === "ENOENT") return "does not exist";
  return `cannot be read: ${code ?? String(error)}`;
}

/** polc's own configuration is not a policy file. */
export function isPolicyFile(name: string): boolean {
  if (isKustomization(name)) return true;
  return (
    /\.(?:yaml|yml|json|policy\.ts|claims\.ts)$/.test(name) && !/^polc(?:\.config|-suppressions)\./.test(name)
  );
}

function kindOf(path: string): FoundFile["kind"] {
  return path.endsWith(".ts") ? "typescript" : "yaml";
}
