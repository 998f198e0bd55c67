/**
 * The services that were deployed last, in `/run/polc/NAME/services/`: the state, what its addresses are called, and the
 * programs, so that they can be put in force again when the bundle that they came from is gone.
 */
import { copyFileSync, mkdirSync, readFileSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import type { ServiceObject, WholeServices } from "../../services/node/services_state.js";
import type { GenerationNames } from "../../state/generation_names.js";
import { runDir, writeWhole } from "../run_dir.js";

export interface KeptServices {
  readonly state: WholeServices;
  readonly names: NonNullable<GenerationNames["services"]>;
}

/** What the loader is given. */
export function servicesStatePath(instance: string): string {
  return join(folder(instance), "state.json");
}

export function readKept(instance: string): KeptServices | undefined {
  try {
    return JSON.parse(readFileSync(keptPath(instance), "utf8")) as KeptServices;
  } catch {
    return undefined;
  }
}

/** Writes the state for the loader, with programs that are there to stay. @returns that state */
export function writeForLoader(instance: string, state: WholeServices): WholeServices {
  mkdirSync(folder(instance), { recursive: true, mode: 0o700 });
  const keep = ({ path, sha256 }: ServiceObject): ServiceObject => {
    const kept = join(folder(instance), `${sha256}.o`);
    if (path !== kept) copyFileSync(path, kept);
    return { path: kept, sha256 };
  };
  const { tc, xdp, socket } = state.objects;
  const own = { ...state, objects: { tc: keep(tc), xdp: keep(xdp), socket: keep(socket) } };
  writeWhole(servicesStatePath(instance), JSON.stringify(own));
  return own;
}

/** These are in force now; programs that only others needed go. */
export function keep(instance: string, kept: KeptServices): void {
  writeWhole(keptPath(instance), JSON.stringify(kept));
  const used = Object.values(kept.state.objects).map(({ sha256 }: ServiceObject) => `${sha256}.o`);
  for (const file of readdirSync(folder(instance)))
    if (file.endsWith(".o") && !used.includes(file)) rmSync(join(folder(instance), file), { force: true });
}

export function forgetKept(instance: string): void {
  rmSync(folder(instance), { recursive: true, force: true });
}

function folder(instance: string): string {
  return join(runDir(instance), "services");
}

function keptPath(instance: string): string {
  return join(folder(instance), "in_force.json");
}
