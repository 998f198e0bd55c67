/** Results by the content of the files that made them, so that unchanged files load neither TypeScript nor QuickJS. */
import { createHash, randomBytes } from "node:crypto";
import { lstatSync, mkdirSync, readFileSync, readdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { dirname, isAbsolute, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { SourceFile } from "../../source/source_file.js";
import type { ParsedFile } from "../parsed_file.js";
import { freezeDeep } from "./freeze.js";
import { observe, readInput } from "./inputs.js";
import type { Observation } from "./inputs.js";

/** A result and what it depends on. */
export interface Result {
  readonly files: readonly SourceFile[];
  readonly parsed: ParsedFile;
  readonly observations: readonly Observation[];
}

/** How many results are kept. */
const ENTRIES = 64;

interface Entry {
  readonly observations: readonly Observation[];
  /** Source files by the path that diagnostics show, with the path that was read for them. */
  readonly files: readonly { readonly shown: string; readonly read: string }[];
  readonly parsed: ParsedFile;
}

/** Outside every project: a cache inside one could be part of a pull request. */
export function defaultCacheDir(): string {
  const configured = process.env["XDG_CACHE_HOME"];
  return join(configured && isAbsolute(configured) ? configured : join(homedir(), ".cache"), "polc");
}

/** What a result depends on beside the files that are read: polc, Node.js, and what was asked. */
export function cacheKey(question: unknown): string {
  const hash = createHash("sha256").update(JSON.stringify([process.version, question]));
  for (const folder of [".", "lower", "guest", "../../dsl", "../../ir", "../kubernetes"]) {
    const path = join(dirname(fileURLToPath(import.meta.url)), folder);
    for (const name of readdirSync(path).sort())
      if (/\.[jt]s$/.test(name)) hash.update(name).update(readFileSync(join(path, name)));
  }
  return hash.digest("hex");
}

/** The result of a key if its entry is sound and every file that it depends on is as it was. */
export function load(
  dir: string,
  key: string,
  root: string,
): { files: SourceFile[]; parsed: ParsedFile } | undefined {
  try {
    const path = join(dir, key);
    if (!isPrivate(dir) || !isPrivate(path)) return undefined;
    const text = readFileSync(path, "utf8");
    const end = text.indexOf("\n");
    const body = text.slice(end + 1);
    if (text.slice(0, end) !== digest(body)) return undefined;
    const { observations, files, parsed } = JSON.parse(body) as Entry;
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

/** Written whole or not at all; a cache that cannot be written is no error. */
export function store(dir: string, key: string, { files, parsed, observations }: Result, cwd: string): void {
  const temporary = join(dir, `.${key}.${randomBytes(6).toString("hex")}`);
  const entry: Entry = {
    observations,
    files: files.map(({ path }) => ({ shown: path, read: resolve(cwd, path) })),
    parsed,
  };
  try {
    mkdirSync(dir, { recursive: true, mode: 0o700 });
    if (!isPrivate(dir)) return;
    const body = JSON.stringify(entry);
    writeFileSync(temporary, `${digest(body)}\n${body}`, { mode: 0o600, flag: "wx" });
    renameSync(temporary, join(dir, key));
    prune(dir);
  } catch {
    discard(temporary);
  }
}

/** Keeps the newest entries. */
function prune(dir: string): void {
  const entries = readdirSync(dir).map((name) => ({ name, age: -lstatSync(join(dir, name)).mtimeMs }));
  entries.sort((a, b) => a.age - b.age);
  for (const { name } of entries.slice(ENTRIES)) discard(join(dir, name));
}

function discard(path: string): void {
  try {
    rmSync(path, { force: true });
  } catch {
    // A folder that cannot be written holds nothing to discard.
  }
}

function digest(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

/** The user's own, no symbolic link, and nobody else can write it. */
function isPrivate(path: string): boolean {
  const { uid, mode } = lstatSync(path);
  const own = process.getuid === undefined || uid === process.getuid();
  return own && (mode & 0o022) === 0 && (mode & 0o170000) !== 0o120000;
}
