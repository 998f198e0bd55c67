/** A cache that only its user can write, outside every project, because one inside could be part of a pull request. */
import { createHash, randomBytes } from "node:crypto";
import { lstatSync, mkdirSync, readFileSync, readdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { isPrivate } from "../source/private_folder.js";

/** How many entries are kept. */
const ENTRIES = 64;

/** The value of the key; undefined if there is none that can be trusted. */
export function readEntry(dir: string, key: string): unknown {
  try {
    const path = join(dir, key);
    if (!isPrivate(dir) || !isPrivate(path)) return undefined;
    const text = readFileSync(path, "utf8");
    const end = text.indexOf("\n");
    const body = text.slice(end + 1);
    return text.slice(0, end) === digest(body) ? JSON.parse(body) : undefined;
  } catch {
    return undefined;
  }
}

/** Writes an entry completely or not at all. Failing to write the cache is not an error. */
export function writeEntry(dir: string, key: string, value: unknown): void {
  const temporary = join(dir, `.${key}.${randomBytes(6).toString("hex")}`);
  try {
    mkdirSync(dir, { recursive: true, mode: 0o700 });
    if (!isPrivate(dir)) return;
    const body = JSON.stringify(value);
    writeFileSync(temporary, `${digest(body)}\n${body}`, { mode: 0o600, flag: "wx" });
    renameSync(temporary, join(dir, key));
    prune(dir);
  } catch {
    discard(temporary);
  }
}

export function digest(text: string): string {
  return createHash("sha256").update(text).digest("hex");
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
