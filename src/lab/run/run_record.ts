/**
 * What a lab has made, written down before it is made: /run/polc/lab/NAME/run.json. So a later command can enter a lab that
 * was kept, and take down one whose process was killed.
 */
import { mkdirSync, readFileSync, readdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

export const RUNS = "/run/polc/lab";

/** A process, also after its number was given to another one. */
export interface ProcessId {
  readonly pid: number;
  /** Clock ticks since boot (proc(5), field 22 of stat). */
  readonly started: string;
}

export interface RunRecord {
  readonly name: string;
  readonly owner: ProcessId;
  /** It stays when its owner ends. */
  readonly kept: boolean;
  readonly namespaces: readonly string[];
  /** The loader's instances. */
  readonly instances: readonly { readonly instance: string; readonly netns: string }[];
  /** Probes that serve on their own. */
  readonly servers: readonly ProcessId[];
  /** Of the nodes' processes. */
  readonly cgroups?: readonly string[];
}

export function runDirectory(name: string): string {
  return join(RUNS, name);
}

export function writeRun(record: RunRecord): void {
  const directory = runDirectory(record.name);
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  writeFileSync(join(directory, "run.json.new"), JSON.stringify(record));
  renameSync(join(directory, "run.json.new"), join(directory, "run.json"));
}

export function readRun(name: string): RunRecord | undefined {
  if (!/^[a-z0-9-]{1,40}$/.test(name)) return undefined;
  try {
    return JSON.parse(readFileSync(join(runDirectory(name), "run.json"), "utf8")) as RunRecord;
  } catch {
    return undefined;
  }
}

/** Adds cgroups to a lab's record, before they are made. */
export function recordCgroups(name: string, cgroups: readonly string[]): void {
  const record = readRun(name);
  if (record) writeRun({ ...record, cgroups });
}

export function removeRun(name: string): void {
  rmSync(runDirectory(name), { recursive: true, force: true });
}

export function allRuns(): RunRecord[] {
  let names: string[];
  try {
    names = readdirSync(RUNS);
  } catch {
    return [];
  }
  return names.map(readRun).filter((record) => record !== undefined);
}

/** Runs that nobody will take down: not kept, and their process is gone. */
export function deadRuns(): RunRecord[] {
  return allRuns().filter((record) => !record.kept && !isAlive(record.owner));
}

export function processId(pid: number): ProcessId | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    // The command's name is in parentheses and may hold spaces and parentheses; field 22 is the 20th after it.
    return { pid, started: stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19]! };
  } catch {
    return undefined;
  }
}

export function isAlive(process: ProcessId): boolean {
  return processId(process.pid)?.started === process.started;
}
