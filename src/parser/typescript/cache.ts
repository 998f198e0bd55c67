/** Results by the content of the files that made them, so that unchanged files load neither TypeScript nor QuickJS. */
import { createHash } from "node:crypto";
import { resolve } from "node:path";
import { SourceFile } from "../../source/source_file.js";
import type { ParsedFile } from "../parsed_file.js";
import { hashOwnSources } from "../own_sources.js";
import { readValue, writeValue } from "../json_cache.js";
import { freezeDeep } from "./freeze.js";
import { observe, readInput } from "./inputs.js";
import type { Observation } from "./inputs.js";

/** A result and what it depends on. */
export interface Result {
  readonly files: readonly SourceFile[];
  readonly parsed: ParsedFile;
  readonly observations: readonly Observation[];
}

interface Entry {
  readonly observations: readonly Observation[];
  /** Source files by the path that diagnostics show, with the path that was read for them. */
  readonly files: readonly { readonly shown: string; readonly read: string }[];
  readonly parsed: ParsedFile;
}

/** What a result depends on beside the files that are read: polc, Node.js, and what was asked. */
export function cacheKey(question: unknown): string {
  const hash = createHash("sha256").update(JSON.stringify([process.version, question]));
  hashOwnSources(hash, ["parser/typescript", "parser/kubernetes", "dsl", "ir"]);
  return hash.digest("hex");
}

/** The result of a key if its entry is sound and every file that it depends on is as it was. */
export function load(
  dir: string,
  key: string,
  root: string,
): { files: SourceFile[]; parsed: ParsedFile } | undefined {
  const entry = readValue(dir, key) as Entry | undefined;
  if (!entry) return undefined;
  try {
    const { observations, files, parsed } = entry;
    const texts = new Map<string, string>();
    for (const then of observations) {
      const input = readInput(then.path, root);
      const now = observe(then.path, input);
      if (now.real !== then.real || now.content !== then.content) return undefined;
      if (typeof input !== "string") texts.set(then.path, input.text);
    }
    return {
      files: files.map(({ shown, read }) => new SourceFile(shown, texts.get(read) ?? "")),
      parsed: freezeDeep(parsed),
    };
  } catch {
    return undefined;
  }
}

export function store(dir: string, key: string, { files, parsed, observations }: Result, cwd: string): void {
  const entry: Entry = {
    observations,
    files: files.map(({ path }) => ({ shown: path, read: resolve(cwd, path) })),
    parsed,
  };
  writeValue(dir, key, entry);
}
