/** One process at a time: two deployments would write the names of the same generation, two readers the same records. */
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import type { Failure } from "./failure.js";
import { failureOf } from "./failure.js";
import { holderOf, holderText, isAlive, keepTouching, thisProcess } from "./lock_holder.js";

/**
 * Takes the lock, a file that tells the process; one of a dead process is taken over. Returns how to release it.
 * @param doing what its holder does
 */
export function takeLock(path: string, doing = "is deploying to this instance"): (() => void) | Failure {
  for (;;) {
    try {
      mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
      writeFileSync(path, holderText(thisProcess()), { flag: "wx", mode: 0o600 });
      const touching = keepTouching(path);
      return () => {
        clearInterval(touching);
        rmSync(path, { force: true });
      };
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EEXIST") return failureOf(`locking ${path}`, error);
    }
    const holder = holderOf(path);
    if (holder !== undefined && isAlive(holder, path))
      return { error: `process ${holder.pid} ${doing}`, help: "wait until it is done" };
    if (!removeStale(path))
      return {
        error: `another process is taking over ${path}`,
        help: `run it again; if nothing deploys, remove ${path}.takeover`,
      };
  }
}

/** Removes the lock of a dead process. Of several that see it dead one looks again and does it, alone: false for the others. */
function removeStale(path: string): boolean {
  const takeover = `${path}.takeover`;
  try {
    mkdirSync(takeover, { mode: 0o700 });
  } catch {
    return false;
  }
  const holder = holderOf(path);
  if (holder === undefined || !isAlive(holder, path)) rmSync(path, { force: true });
  rmSync(takeover, { recursive: true });
  return true;
}
