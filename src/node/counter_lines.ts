import type { Colors } from "../source/pretty.js";
import { printable } from "../source/printable.js";
import type { Counter } from "./loader_status.js";

/** Counters that counted something; some always. */
export function counterLines(
  counters: readonly Counter[],
  always: readonly string[],
  dim: Colors["dim"],
): string[] {
  const shown = counters.filter(({ name, value }) => value > 0 || always.includes(name));
  const width = Math.max(0, ...shown.map(({ value }) => String(value).length));
  return shown.map(({ value, meaning }) => `  ${String(value).padStart(width)}  ${dim(printable(meaning))}`);
}
