/** What user space keeps of an instance, in `/run/polc/NAME/`: names by epoch, the last state, a lock. */
import { mkdirSync, readFileSync, readdirSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { EpochNames } from "../state/epoch_names.js";
import { NAMES_VERSION } from "../state/epoch_names.js";
import type { Failure } from "./failure.js";
import { failureOf } from "./failure.js";

const RUN = "/run/polc";
const PINS = "/sys/fs/bpf/polc";

/** Epochs whose names are kept: events of the last ones may still be read. */
const KEPT = 4;

export function checkInstance(name: string): Failure | undefined {
  return /^[a-z0-9-][a-z0-9.-]{0,47}$/.test(name)
    ? undefined
    : {
        error: `${JSON.stringify(name)} cannot be the name of an instance`,
        help: "use 1 to 48 of a-z, 0-9, dot and hyphen, not starting with a dot",
      };
}

export function runDir(instance: string): string {
  return join(RUN, instance);
}

export function statePath(instance: string): string {
  return join(runDir(instance), "state.json");
}

/** The instances of this machine, by what is pinned and what was written. */
export function instances(): readonly string[] {
  // bpffs reserves dots: the loader pins them as underscores, which no instance's name has.
  const pinned = entries(PINS).map((name) => name.replaceAll("_", "."));
  const written = entries(RUN).filter((name) => entries(join(RUN, name, "epochs")).length > 0);
  return [...new Set([...pinned, ...written])].filter((name) => !checkInstance(name)).sort();
}

/** A file is whole or not there: written beside its place, then renamed. */
export function writeWhole(path: string, text: string): void {
  mkdirSync(join(path, ".."), { recursive: true, mode: 0o700 });
  const beside = `${path}.${process.pid}.tmp`;
  writeFileSync(beside, text, { mode: 0o600 });
  renameSync(beside, path);
}

export function writeNames(instance: string, names: EpochNames): void {
  writeWhole(namesPath(instance, names.epoch), JSON.stringify(names));
}

/** Changes whenever the names of an epoch are written again; undefined: there are none. */
export function namesVersion(instance: string, epoch: number): string | undefined {
  try {
    const { ino, mtimeMs } = statSync(namesPath(instance, epoch));
    return `${ino} ${mtimeMs}`;
  } catch {
    return undefined;
  }
}

/** The names of an epoch, undefined if there are none (or they are of another version of polc). */
export function readNames(instance: string, epoch: number): EpochNames | undefined {
  try {
    const names = JSON.parse(readFileSync(namesPath(instance, epoch), "utf8")) as EpochNames;
    return names.version === NAMES_VERSION && names.epoch === epoch ? names : undefined;
  } catch {
    return undefined;
  }
}

/** The names written last: of the epoch in force, or of one that failed to become it. */
export function newestNames(instance: string): EpochNames | undefined {
  const newest = Math.max(0, ...epochsOf(instance));
  return readNames(instance, newest);
}

/** Keeps the names of the active epoch and of the last ones before it. */
export function pruneNames(instance: string, active: number): void {
  for (const epoch of epochsOf(instance))
    if (epoch > active || epoch <= active - KEPT) rmSync(namesPath(instance, epoch), { force: true });
}

function epochsOf(instance: string): number[] {
  return entries(join(runDir(instance), "epochs"))
    .map((file) => Number(/^([0-9]+)\.json$/.exec(file)?.[1]))
    .filter((epoch) => Number.isInteger(epoch));
}

export function removeRunDir(instance: string): Failure | undefined {
  try {
    rmSync(runDir(instance), { recursive: true, force: true });
    return undefined;
  } catch (error) {
    return failureOf(`removing ${runDir(instance)}`, error);
  }
}

function namesPath(instance: string, epoch: number): string {
  return join(runDir(instance), "epochs", `${epoch}.json`);
}

function entries(directory: string): string[] {
  try {
    return readdirSync(directory);
  } catch {
    return [];
  }
}
