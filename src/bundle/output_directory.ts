/** A directory that is replaced as a whole: whoever looks finds the old content, the new one, or for an instant none. */
import { lstat, mkdir, readdir, realpath, rename, rm } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import { MANIFEST_FILE } from "./manifest.js";

/** What stands in a directory that a build did not make, or undefined if it may be replaced. */
export async function foreignContent(dir: string): Promise<string | undefined> {
  const found = await lstat(dir).catch(() => undefined);
  if (!found) return undefined;
  const names = await readdir(dir).catch(() => undefined);
  if (!names) return "it is not a directory that can be read";
  const foreign = names.find((name) => !/^(manifest|ir|services|signatures)\.json$|\.bpf\.[co]$/.test(name));
  if (foreign !== undefined) return `it holds ${foreign}`;
  return names.length > 0 && !names.includes(MANIFEST_FILE) ? `it has no ${MANIFEST_FILE}` : undefined;
}

/** Fills a new directory beside `dir` and puts it in its place; if `fill` fails, `dir` stays as it was. */
export async function replaceDirectory<T>(
  dir: string,
  fill: (directory: string) => Promise<T | undefined>,
): Promise<T | undefined> {
  const target = await realpath(dir).catch(() => resolve(dir));
  const beside = (state: string) => join(dirname(target), `.${basename(target)}.${state}-${process.pid}`);
  const [fresh, old] = [beside("new"), beside("old")];
  await clearInterrupted(target);
  await rm(fresh, { recursive: true, force: true });
  await mkdir(fresh, { recursive: true });
  try {
    const result = await fill(fresh);
    if (result === undefined) return undefined;
    await putInPlace(fresh, target, old);
    return result;
  } finally {
    await rm(fresh, { recursive: true, force: true });
  }
}

/** Removes what processes left that were killed; the old content goes back if it was not replaced any more. */
async function clearInterrupted(target: string): Promise<void> {
  const [parent, prefix] = [dirname(target), `.${basename(target)}.`];
  for (const name of await readdir(parent).catch(() => [])) {
    const [, state, pid] =
      /^(new|old)-(\d+)$/.exec(name.startsWith(prefix) ? name.slice(prefix.length) : "") ?? [];
    if (pid === undefined || isRunning(Number(pid))) continue;
    const lost = state === "old" && !(await lstat(target).catch(() => undefined));
    if (lost) await rename(join(parent, name), target);
    else await rm(join(parent, name), { recursive: true, force: true });
  }
}

/** Whether another process has this number now; what has our own number is from one that had it before. */
function isRunning(pid: number): boolean {
  if (pid === process.pid) return false;
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

async function putInPlace(fresh: string, target: string, old: string): Promise<void> {
  const replaced = await rename(target, old).then(
    () => true,
    (error: NodeJS.ErrnoException) => {
      if (error.code === "ENOENT") return false;
      throw error;
    },
  );
  try {
    await rename(fresh, target);
  } catch (error) {
    if (replaced) await rename(old, target);
    throw error;
  }
  await rm(old, { recursive: true, force: true });
}
