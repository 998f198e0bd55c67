/** The inputs of `polc lint`, and the files whose findings it shows. */
import { basename, resolve } from "node:path";
import { CONFIG_NAMES } from "../../config/find_config.js";
import type { Settings } from "../../config/settings.js";
import { isPolicyFile } from "../../parser/find_files.js";
import { readStdin } from "../../parser/project.js";
import type { LoadOptions } from "../../parser/project.js";
import { isInside } from "../../source/paths.js";
import type { LintOptions } from "./options.js";

/** The options and inputs of the run. */
export interface Asked {
  readonly paths: readonly string[];
  readonly options: LintOptions;
  readonly settings: Settings;
  readonly cwd: string;
}

export interface LintInputs {
  /** Empty: everything named is ignored, or nothing has changed. */
  readonly paths: readonly string[];
  readonly load: LoadOptions;
  /** Show only findings in these files. undefined: in all files. */
  readonly focus?: ReadonlySet<string>;
}

type Git = typeof import("../git/files.js");

/** @returns git's error if it was asked what has changed and failed */
export async function lintInputs(
  given: readonly string[],
  options: LintOptions,
  settings: Settings,
  cwd: string,
): Promise<LintInputs | { readonly fault: string }> {
  const paths = pathsOf(given, options).filter(
    (path) => path === "-" || !(isConfig(path) || settings.ignores(resolve(cwd, path))),
  );
  const load: LoadOptions = {
    cwd,
    gitignore: options.gitignore,
    excludes: (absolute) => settings.ignores(absolute),
  };
  if (options.staged) return askingGit((git) => staged(paths, load, settings, git));
  if (options.changed)
    return askingGit((git) => focused(paths, load, git.changedFiles(cwd, options.since), settings));
  if (options.stdinFilename === undefined || !paths.includes(options.stdinFilename)) return { paths, load };
  const contents = new Map([[resolve(cwd, options.stdinFilename), await readStdin()]]);
  return { paths, load: { ...load, contents } };
}

async function askingGit(inputs: (git: Git) => LintInputs): Promise<LintInputs | { readonly fault: string }> {
  const git = await import("../git/files.js");
  try {
    return inputs(git);
  } catch (error) {
    if (!(error instanceof git.GitError)) throw error;
    return { fault: error.message };
  }
}

/** Hooks also name polc's own configuration. */
function isConfig(path: string): boolean {
  return CONFIG_NAMES.includes(basename(path));
}

function pathsOf(given: readonly string[], { stdin, stdinFilename }: LintOptions): readonly string[] {
  const files = given.filter((path) => path !== "-");
  if (stdinFilename !== undefined) return [...files, stdinFilename];
  if (stdin || files.length < given.length) return [...files, "-"];
  return given.length > 0 ? given : ["."];
}

function staged(paths: readonly string[], load: LoadOptions, settings: Settings, git: Git): LintInputs {
  const cwd = load.cwd!;

  const roots = paths.map((path) => resolve(cwd, path));
  const isUnder = (absolute: string) => roots.some((root) => isInside(absolute, root));
  const { files, contents, isForeign } = git.stagedFiles(
    cwd,
    (absolute) => isUnder(absolute) && /\.(?:ya?ml|json|ts|js)$/.test(absolute),
  );
  const excludes: LoadOptions["excludes"] = (absolute, kind) =>
    settings.ignores(absolute) || (kind === "file" && isForeign(absolute));
  return focused(paths, { ...load, gitignore: false, contents, excludes }, files, settings);
}

/** Reads the whole project, because policies in other files matter, unless no policy file has changed. */
function focused(
  paths: readonly string[],
  load: LoadOptions,
  changed: ReadonlySet<string>,
  settings: Settings,
): LintInputs {
  const focus = new Set(
    [...changed].filter(
      // Policy files import other TypeScript files, which then have findings too.
      (path) => (isPolicyFile(basename(path)) || path.endsWith(".ts")) && !settings.ignores(path),
    ),
  );
  return { paths: focus.size > 0 ? paths : [], load, focus };
}
