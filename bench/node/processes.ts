/** Processes that this one has started. */
import { readFileSync } from "node:fs";

/** The kernel's clock ticks a second, as /proc counts them. */
const TICKS = 100;

export function children(): readonly number[] {
  return readFileSync(`/proc/self/task/${process.pid}/children`, "utf8")
    .trim()
    .split(" ")
    .filter(Boolean)
    .map(Number);
}

/** Milliseconds of processor time of the children with this name. */
export function cpuOfChildren(name: string): number {
  return children().reduce((sum, pid) => sum + cpuOf(pid, name), 0);
}

function cpuOf(pid: number, name: string): number {
  const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
  const end = stat.lastIndexOf(")");
  if (stat.slice(stat.indexOf("(") + 1, end) !== name) return 0;
  // The third field follows the name; utime and stime are the 14th and 15th.
  const fields = stat.slice(end + 2).split(" ");
  return ((Number(fields[11]) + Number(fields[12])) * 1000) / TICKS;
}
