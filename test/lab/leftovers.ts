/** What labs leave on a machine, and whether this one can run them. */
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { missingForLab } from "../../src/lab/run/requirements.js";

/** Undefined where labs run. */
export const noLab: string | undefined = missingForLab()?.message;

/** Everything whose name has this in it: namespaces, pins, records, processes. */
export function leftovers(name: string): string[] {
  const places = ["/run/netns", "/sys/fs/bpf/polc", "/run/polc/lab", "/run/polc"];
  const files = places.flatMap((place) => entries(place).map((entry) => join(place, entry)));
  const processes = entries("/proc")
    .filter((entry) => /^[0-9]+$/.test(entry) && commandLine(entry).includes("polc-probe"))
    .map((entry) => `process ${commandLine(entry)}`);
  return [...files, ...processes].filter((entry) => entry.includes(name));
}

function entries(directory: string): string[] {
  try {
    return readdirSync(directory);
  } catch {
    return [];
  }
}

function commandLine(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "utf8").replaceAll("\0", " ");
  } catch {
    return "";
  }
}
