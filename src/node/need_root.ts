import type { Failure } from "./failure.js";

/** Programs, pins and `/run/polc` are root's: anyone else would see nothing, which is not the same as nothing there. */
export function needRoot(): Failure | undefined {
  return process.getuid?.() === 0
    ? undefined
    : { error: "only root can see and change what the kernel enforces", help: "run it as root" };
}
