/** Values that are kept between runs, as JSON. */
import { prune, readEntry, writeEntry } from "../source/private_cache.js";

/** How many entries are kept, and how large they may be together. */
const LIMIT = { entries: 64, bytes: 512 * 1024 * 1024 };

/** What was stored under the key; undefined if there is nothing, or nothing that can be trusted. */
export function readValue(dir: string, key: string): unknown {
  const body = readEntry(dir, key);
  try {
    return body && (JSON.parse(body.toString("utf8")) as unknown);
  } catch {
    return undefined;
  }
}

export function writeValue(dir: string, key: string, value: unknown): void {
  writeEntry(dir, key, Buffer.from(JSON.stringify(value)));
  prune(dir, LIMIT);
}
