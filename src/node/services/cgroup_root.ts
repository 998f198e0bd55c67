/**
 * Where the sockets of the node's own processes are: the root of cgroup2, which every process of the machine is in. Those of
 * other network namespaces are left alone by the programs. A machine with cgroups of version 1 has no place for it, so one is mounted.
 */
import { mkdirSync, readFileSync } from "node:fs";
import type { Failure } from "../failure.js";
import { failureOf } from "../failure.js";
import { run } from "../process.js";

const OWN_MOUNT = "/run/polc/cgroup2";

/** Where cgroup2 is mounted, which it is afterwards. */
export async function cgroupRoot(): Promise<string | Failure> {
  try {
    const mounted = mountPoint();
    if (mounted !== undefined) return mounted;
    mkdirSync(OWN_MOUNT, { recursive: true, mode: 0o755 });
    const { code, stderr } = await run(["mount", "-t", "cgroup2", "none", OWN_MOUNT]);
    return code === 0 ? OWN_MOUNT : { error: `cgroup2 cannot be mounted: ${stderr.trim()}` };
  } catch (error) {
    return failureOf("mounting cgroup2", error);
  }
}

function mountPoint(): string | undefined {
  const line = readFileSync("/proc/mounts", "utf8")
    .split("\n")
    .find((mount) => mount.split(" ")[2] === "cgroup2");
  return line?.split(" ")[1];
}
