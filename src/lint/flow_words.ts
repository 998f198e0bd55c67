import type { Flow } from "../analysis/semantics/decide.js";
import { endWords } from "../analysis/semantics/end_words.js";

/** A connection in words, such as `pod app=web in shop to 10.0.0.1, TCP port 80`. */
export function flowWords({ from, to, protocol, port }: Flow): string {
  const on = protocol === "other" ? "such as ICMP" : `${protocol} port ${port}`;
  return `${endWords(from)} to ${endWords(to)}, ${on}`;
}
