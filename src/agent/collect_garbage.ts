/**
 * Collects garbage now. A start reads the whole cluster once, and V8 would keep what that leaves until the heap has grown as much
 * again, which on a quiet node is never.
 */
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

export function collectGarbage(): void {
  setFlagsFromString("--expose-gc");
  (runInNewContext("gc") as () => void)();
}
