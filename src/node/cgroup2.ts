/** The cgroup2 hierarchy, at whose root the sockets of all of the node's processes can be asked to translate. */
import { mkdirSync, readFileSync } from "node:fs";
import type { Failure } from "./failure.js";
import { failureOf } from "./failure.js";
import { run } from "./process.js";

/** For machines with cgroups of version 1 alone, which have no place for it. */
const OWN_MOUNT = "/run/polc/cgroup2";

/** Where cgroup2 is mounted, which it is afterwards. */
export async function cgroup2Root(): Promise<string | Failure> {
  const mounted = mountPoint();
  if (mounted !== undefined) return mounted;
  try {
    mkdirSync(OWN_MOUNT, { recursive: true, mode: 0o755 });
    const { code, stderr } = await run(["mount", "-t", "cgroup2", "none", OWN_MOUNT]);
    return code === 0 ? OWN_MOUNT : { error: `cgroup2 cannot be mounted: ${stderr.trim().split("\n")[0]}` };
  } catch (error) {
    return failureOf("mount", error);
  }
}

function mountPoint(): string | undefined {
  const line = readFileSync("/proc/mounts", "utf8")
    .split("\n")
    .find((mount) => mount.split(" ")[2] === "cgroup2");
  return line?.split(" ")[1];
}
