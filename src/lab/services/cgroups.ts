/**
 * A cgroup of its own for the processes of each node: what a node's sockets are asked to translate is theirs alone, though all
 * nodes share one machine. A machine with cgroups of version 1 has no place for it, so the lab mounts its own.
 */
import { existsSync, mkdirSync, readFileSync, rmdirSync } from "node:fs";
import { join } from "node:path";
import { run } from "../command.js";

const OWN_MOUNT = "/run/polc/cgroup2";

export function cgroupOf(root: string, lab: string, node: string): string {
  return join(root, `polc-${lab}`, node);
}

/** Where cgroup2 is mounted, which it is afterwards. */
export async function cgroupRoot(): Promise<string> {
  const mounted = mountPoint();
  if (mounted !== undefined) return mounted;
  mkdirSync(OWN_MOUNT, { recursive: true, mode: 0o755 });
  await run("mount", ["-t", "cgroup2", "none", OWN_MOUNT]);
  return OWN_MOUNT;
}

function mountPoint(): string | undefined {
  const line = readFileSync("/proc/mounts", "utf8")
    .split("\n")
    .find((mount) => mount.split(" ")[2] === "cgroup2");
  return line?.split(" ")[1];
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
