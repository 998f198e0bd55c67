/** What user space keeps of an instance, in `/run/polc/NAME/`: names by generation, the last state, a lock. */
import {
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import type { GenerationNames, PodNames } from "../state/generation_names.js";
import { NAMES_VERSION } from "../state/generation_names.js";
import type { Failure } from "./failure.js";
import { failureOf } from "./failure.js";

const RUN = "/run/polc";
const PINS = "/sys/fs/bpf/polc";

/** Names that are kept, by the generation since which they hold: events of the last ones may still be read. */
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
  const written = entries(RUN).filter((name) => entries(join(RUN, name, "generations")).length > 0);
  return [...new Set([...pinned, ...written])].filter((name) => !checkInstance(name)).sort();
}

/** Does the loader have something of this name pinned for the instance? */
export function hasPinned(instance: string, name: string): boolean {
  return existsSync(join(PINS, instance.replaceAll(".", "_"), name));
}

/** A file is whole or not there: written beside its place, then renamed. */
export function writeWhole(path: string, text: string): void {
  mkdirSync(join(path, ".."), { recursive: true, mode: 0o700 });
  const beside = `${path}.${process.pid}.tmp`;
  writeFileSync(beside, text, { mode: 0o600 });
  renameSync(beside, path);
}

export function writeNames(instance: string, names: GenerationNames): void {
  writeWhole(namesPath(instance, names.generation), JSON.stringify(names));
}

/** Of an instance whose names hold `onwards`: the pods as they are now, as JSON of `PodNames`. */
export function writePodNames(instance: string, text: string): void {
  writeWhole(podsPath(instance), text);
}

/** Changes whenever the names of a generation are written again; undefined: there are none. */
export function namesVersion(instance: string, generation: number): string | undefined {
  const written = newestUpTo(instance, generation);
  const names = versionOf(namesPath(instance, written));
  return names === undefined ? undefined : `${written} ${names} ${versionOf(podsPath(instance))}`;
}

function versionOf(path: string): string | undefined {
  try {
    const { ino, mtimeMs } = statSync(path);
    return `${ino} ${mtimeMs}`;
  } catch {
    return undefined;
  }
}

/** The names of a generation, undefined if there are none (or they are of another version of polc). */
export function readNames(instance: string, generation: number): GenerationNames | undefined {
  try {
    const path = namesPath(instance, newestUpTo(instance, generation));
    const names = JSON.parse(readFileSync(path, "utf8")) as GenerationNames;
    if (names.version !== NAMES_VERSION || !holdFor(names, generation)) return undefined;
    return names.onwards ? { ...names, ...readPodNames(instance) } : names;
  } catch {
    return undefined;
  }
}

/** Does what was written hold for a generation? */
export function holdFor(names: GenerationNames, generation: number): boolean {
  return names.generation === generation || (names.onwards === true && names.generation < generation);
}

function readPodNames(instance: string): PodNames {
  return JSON.parse(readFileSync(podsPath(instance), "utf8")) as PodNames;
}

/** The names written last: of the generation in force, or of one that failed to become it. */
export function newestNames(instance: string): GenerationNames | undefined {
  return readNames(instance, newestUpTo(instance, Infinity));
}

/** Keeps the names that hold for the active generation, and the last ones before it. */
export function pruneNames(instance: string, active: number): void {
  const written = generationsOf(instance).sort((a, b) => b - a);
  const kept = written.filter((generation) => generation <= active).slice(0, KEPT);
  for (const generation of written)
    if (!kept.includes(generation)) rmSync(namesPath(instance, generation), { force: true });
}

function newestUpTo(instance: string, generation: number): number {
  return Math.max(0, ...generationsOf(instance).filter((written) => written <= generation));
}

function generationsOf(instance: string): number[] {
  return entries(join(runDir(instance), "generations"))
    .map((file) => Number(/^([0-9]+)\.json$/.exec(file)?.[1]))
    .filter((generation) => Number.isInteger(generation));
}

export function removeRunDir(instance: string): Failure | undefined {
  try {
    rmSync(runDir(instance), { recursive: true, force: true });
    return undefined;
  } catch (error) {
    return failureOf(`removing ${runDir(instance)}`, error);
  }
}

function podsPath(instance: string): string {
  return join(runDir(instance), "pods.json");
}

function namesPath(instance: string, generation: number): string {
  return join(runDir(instance), "generations", `${generation}.json`);
}

function entries(directory: string): string[] {
  try {
    return readdirSync(directory);
  } catch {
    return [];
  }
}
