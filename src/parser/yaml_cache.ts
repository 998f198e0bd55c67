/** What YAML files held when they were read last: a file with the same text is not parsed again. */
import { createHash } from "node:crypto";
import { digest } from "../source/private_cache.js";
import { userCacheDir } from "../source/private_folder.js";
import type { SourceFile } from "../source/source_file.js";
import { copiedTo } from "./copied_result.js";
import { hashOwnSources } from "./own_sources.js";
import { readValue, writeValue } from "./json_cache.js";
import type { ParsedYamlFile } from "./yaml_file.js";

interface Kept {
  /** Of the text, and of whether the file was named. */
  readonly digest: string;
  readonly parsed: ParsedYamlFile;
}

export class YamlCache {
  private readonly used = new Map<string, Kept>();
  /** Paths of results. */
  private readonly byDigest = new Map<string, string>();
  private changed = false;

  constructor(private kept: ReadonlyMap<string, Kept> = new Map()) {}

  /** The file's result: of last time, or made now. */
  parsed(file: SourceFile, named: boolean, parse: () => ParsedYamlFile): ParsedYamlFile {
    const id = digest(`${named} ${file.text}`);
    let kept = this.kept.get(file.path) ?? this.used.get(file.path);
    if (kept?.digest !== id) {
      const copied = this.copyFor(file, id);
      kept = { digest: id, parsed: copied ?? parse() };
      this.changed = true;
    }
    this.used.set(file.path, kept);
    this.byDigest.set(id, file.path);
    return kept.parsed;
  }

  /** The result of a file with the same text, as in the two folders that `polc diff` compares. */
  private copyFor(file: SourceFile, id: string): ParsedYamlFile | undefined {
    const path = this.byDigest.get(id);
    const same = path === undefined ? undefined : this.used.get(path);
    // Messages may name the file.
    if (same?.digest !== id || same.parsed.diagnostics.length > 0) return undefined;
    return copiedTo(file.path, path!, same.parsed);
  }

  /** What was asked for since the cache was made or loaded, if that is not what it began with. */
  entries(): readonly (readonly [string, Kept])[] | undefined {
    return this.changed || this.used.size !== this.kept.size ? [...this.used] : undefined;
  }
}

/** The results for the files of one folder, kept on disk between runs. */
export function loadYamlCache(cwd: string, dir = userCacheDir()): YamlCache {
  const entries = readValue(dir, keyOf(cwd));
  return new YamlCache(Array.isArray(entries) ? new Map(entries as [string, Kept][]) : new Map());
}

export function storeYamlCache(cache: YamlCache, cwd: string, dir = userCacheDir()): void {
  const entries = cache.entries();
  if (entries) writeValue(dir, keyOf(cwd), entries);
}

function keyOf(cwd: string): string {
  const hash = createHash("sha256").update(JSON.stringify(["yaml", cwd]));
  hashOwnSources(hash, ["parser", "ir"]);
  return hash.digest("hex");
}
