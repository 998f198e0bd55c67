/**
 * A cgroup of its own for the processes of each node: what a node's sockets are asked to translate is theirs alone, though all
 * nodes share one machine.
 */
import { existsSync, mkdirSync, rmdirSync } from "node:fs";
import { join } from "node:path";
import { cgroup2Root } from "../../node/cgroup2.js";
import { isFailure } from "../../node/failure.js";
import { LabError } from "../command.js";

export function cgroupOf(root: string, lab: string, node: string): string {
  return join(root, `polc-${lab}`, node);
}

/** Where cgroup2 is mounted, which it is afterwards. */
export async function cgroupRoot(): Promise<string> {
  const root = await cgroup2Root();
  if (isFailure(root)) throw new LabError(root.error, root.help);
  return root;
}

export function makeCgroup(path: string): void {
  mkdirSync(path, { recursive: true });
}

/** Removes cgroups whose processes are gone, and the folders above them that are empty then. */
export function removeCgroups(paths: readonly string[]): void {
  for (const path of paths) {
    removeDirectory(path);
    removeDirectory(join(path, ".."));
  }
}

function removeDirectory(path: string): void {
  try {
    if (existsSync(path)) rmdirSync(path);
  } catch {
    // Another node's is still in it, or a process is just ending: the record names it again.
  }
}
