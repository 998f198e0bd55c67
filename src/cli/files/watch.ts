/** Watching files for changes. */
import { readdirSync, statSync, watch } from "node:fs";
import type { FSWatcher } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { isSkipped } from "../../parser/find_files.js";
import { isInside } from "../../source/paths.js";

/** Changes within this many milliseconds count as one, because editors write a file in several steps. */
const QUIET = 100;

/**
 * Calls `onChange` after one of the files, or something in the folders, has changed. It watches folders, and for a file
 * its folder, because editors replace files, which would end a file's watch. It finds new folders. It does not watch
 * folders that a search for policy files skips, or paths that do not exist.
 *
 * @returns a function that stops watching; until then the process stays alive
 */
export function watchPaths(paths: readonly string[], onChange: () => void): () => void {
  const watched = new Map<string, FSWatcher>();
  const files = new Set<string>();
  const roots: string[] = [];
  for (const path of paths.map((each) => resolve(each))) {
    const stat = statSync(path, { throwIfNoEntry: false });
    if (stat?.isDirectory()) roots.push(path);
    else if (stat) files.add(path);
  }
  let timer: NodeJS.Timeout | undefined;

  const changed = () => {
    clearTimeout(timer);
    timer = setTimeout(() => {
      addFolders();
      onChange();
    }, QUIET);
  };
  const isWanted = (path: string) => files.has(path) || roots.some((root) => isInside(path, root));
  const add = (folder: string) => {
    if (watched.has(folder)) return;
    try {
      const watcher = watch(folder, (_, name) => {
        if (name === null || isWanted(join(folder, name))) changed();
      });
      // Removing a folder ends its watch.
      watcher.on("error", () => close(folder));
      watched.set(folder, watcher);
    } catch {
      // Gone since it was listed: its own folder tells of it.
    }
  };
  const close = (folder: string) => {
    watched.get(folder)?.close();
    watched.delete(folder);
  };
  const addFolders = () => {
    for (const folder of watched.keys()) if (!isFolder(folder)) close(folder);
    for (const root of roots) for (const folder of foldersIn(root)) add(folder);
    for (const file of files) add(dirname(file));
  };

  addFolders();
  return () => {
    clearTimeout(timer);
    for (const watcher of watched.values()) watcher.close();
  };
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
}

/** A folder and all folders below it. */
function foldersIn(folder: string): readonly string[] {
  try {
    const inner = readdirSync(folder, { withFileTypes: true })
      .filter((entry) => entry.isDirectory() && !isSkipped(entry.name))
      .flatMap(({ name }) => foldersIn(join(folder, name)));
    return [folder, ...inner];
  } catch {
    return [];
  }
}

/** The result of one run of a command. */
export interface Pass {
  /** The exit code. */
  readonly code: number;
  /** The files that were read, which may be more than those named. */
  readonly files: readonly string[];
}

/**
 * Runs a command again when a file changes, until it is interrupted.
 * @returns the exit code of the last run
 */
export async function whileWatching(
  command: string,
  paths: readonly string[],
  once: () => Promise<Pass>,
): Promise<number> {
  let code = 0;
  let running = false;
  let changed = false;
  let ended = false;
  let stop: () => void = () => {};
  const again = async () => {
    changed = true;
    if (running) return;
    running = true;
    while (changed && !ended) {
      changed = false;
      // Start watching before reading, so that no change is missed. Imported files are known only afterwards.
      const before = watchPaths(paths, again);
      stop();
      stop = before;
      const pass = await once();
      code = pass.code;
      if (!ended) stop = watchPaths([...paths, ...pass.files], again);
      before();
      if (ended) return;
      process.stderr.write(`polc ${command}: waiting for changes; press Ctrl-C to stop\n`);
    }
    running = false;
  };
  await again();
  await new Promise<void>((resolve) => process.once("SIGINT", resolve));
  ended = true;
  stop();
  return code;
}
