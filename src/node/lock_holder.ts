/**
 * Who holds a lock, as its file says, and whether it lives.
 *
 * 1. A process of this PID namespace is known by its number and by when it started: in a container every agent is process 1.
 * 2. Of another one, such as that of a container before, nothing can be seen from here. It lives if it has touched its file
 *    of late.
 */
import { readFileSync, readlinkSync, statSync, utimesSync } from "node:fs";

export interface LockHolder {
  readonly pid: number;
  /** In clock ticks since the machine's start; empty: not known. */
  readonly started: string;
  /** Such as `pid:[4026531836]`. */
  readonly namespace: string;
}

const TOUCH_MS = 2000;
const SILENT_MS = 15_000;

export function thisProcess(): LockHolder {
  return { pid: process.pid, started: startOf(process.pid), namespace: namespaceOf() };
}

export function holderText({ pid, started, namespace }: LockHolder): string {
  return [pid, started, namespace].join(" ");
}

/** undefined: it cannot be told. */
export function holderOf(path: string): LockHolder | undefined {
  try {
    const [number, started = "", namespace = ""] = readFileSync(path, "utf8").split(" ");
    const pid = Number(number);
    return Number.isInteger(pid) && pid > 0 ? { pid, started, namespace } : undefined;
  } catch {
    return undefined;
  }
}

export function isAlive({ pid, started, namespace }: LockHolder, path: string): boolean {
  if (namespace !== "" && namespace !== namespaceOf()) return isTouched(path);
  try {
    process.kill(pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EPERM") return false;
  }
  return started === "" || started === startOf(pid);
}

/** As long as the lock is held. */
export function keepTouching(path: string): NodeJS.Timeout {
  return setInterval(() => {
    try {
      utimesSync(path, new Date(), new Date());
    } catch {
      // Its folder was removed, and with it the lock.
    }
  }, TOUCH_MS).unref();
}

function isTouched(path: string): boolean {
  try {
    return Date.now() - statSync(path).mtimeMs < SILENT_MS;
  } catch {
    return false;
  }
}

function namespaceOf(): string {
  try {
    return readlinkSync("/proc/self/ns/pid");
  } catch {
    return "";
  }
}

/** The 22nd field of its stat; the name before it may have anything in it. */
function startOf(pid: number): string {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    return stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19] ?? "";
  } catch {
    return "";
  }
}
