/** polc's own sources as part of a cache key, because another version may read a file differently. */
import type { Hash } from "node:crypto";
import { readFileSync, readdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/** The digest of the whole program where it is bundled, so that nothing need be read. */
declare const POLC_BUILD: string | undefined;

/** What tells this build of polc from every other; undefined where its sources run unbundled, as in tests. */
export function buildId(): string | undefined {
  return typeof POLC_BUILD === "string" ? POLC_BUILD : undefined;
}

const SOURCES = dirname(dirname(fileURLToPath(import.meta.url)));

/** Adds every module in `folders`, given from `src/`, and in the folders inside them. */
export function hashOwnSources(hash: Hash, folders: readonly string[]): void {
  const build = buildId();
  if (build !== undefined) {
    hash.update(build);
    return;
  }
  for (const folder of folders) {
    const names = readdirSync(join(SOURCES, folder), { recursive: true, encoding: "utf8" });
    for (const name of names.filter((each) => /\.[jt]s$/.test(each)).sort())
      hash.update(name).update(readFileSync(join(SOURCES, folder, name)));
  }
}
