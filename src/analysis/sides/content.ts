/** What a rule or one of its parts says, as text: for finding equal ones among thousands. */
import { KEYS_OF_WRITING } from "../../ir/namespaced.js";
import type { Peer, PodMatch, Rule } from "../../ir/policy.js";

const SILENT: ReadonlySet<string> = new Set([...KEYS_OF_WRITING, "logged", "subject"]);

const texts = new WeakMap<object, string>();

/** Equal for parts that say the same about flows; a rule's subject is left out. Cached. */
export function contentOf(part: Rule | Peer): string {
  let text = texts.get(part);
  if (text === undefined) {
    text = JSON.stringify(part, (key, value: unknown) => (SILENT.has(key) ? undefined : value));
    texts.set(part, text);
  }
  return text;
}

/** Those that say different things, each once, the first of equal ones. */
export function distinct<T extends PodMatch | Peer>(parts: readonly T[]): readonly T[] {
  const found = new Map<string, T>();
  for (const part of parts) {
    const text = contentOf(part);
    if (!found.has(text)) found.set(text, part);
  }
  return [...found.values()];
}
