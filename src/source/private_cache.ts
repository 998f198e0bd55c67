/** Entries of a cache that only its user can write, outside every project: one inside could be part of a pull request. */
import { createHash, randomBytes } from "node:crypto";
import {
  lstatSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { isPrivate } from "./private_folder.js";

/** What was stored under the key; undefined if there is nothing, or nothing that can be trusted. */
export function readEntry(dir: string, key: string): Buffer | undefined {
  try {
    const path = join(dir, key);
    if (!isPrivate(dir) || !isPrivate(path)) return undefined;
    const entry = readFileSync(path);
    const end = entry.indexOf("\n");
    const body = entry.subarray(end + 1);
    if (entry.toString("latin1", 0, end) !== digest(body)) return undefined;
    markUsed(path);
    return body;
  } catch {
    return undefined;
  }
}

/** Written whole or not at all; a cache that cannot be written is no error. */
export function writeEntry(dir: string, key: string, body: Buffer): void {
  const temporary = join(dir, `.${key}.${randomBytes(6).toString("hex")}`);
  try {
    mkdirSync(dir, { recursive: true, mode: 0o700 });
    if (!isPrivate(dir)) return;
    const entry = Buffer.concat([Buffer.from(`${digest(body)}\n`), body]);
    writeFileSync(temporary, entry, { mode: 0o600, flag: "wx" });
    renameSync(temporary, join(dir, key));
  } catch {
    discard(temporary);
  }
}

/** Keeps the entries that were used last, as many as fit. Folders are left alone. */
export function prune(dir: string, limit: { readonly entries?: number; readonly bytes?: number }): void {
  try {
    let [entries, bytes] = [limit.entries ?? Infinity, limit.bytes ?? Infinity];
    for (const { path, size } of filesByUse(dir)) {
      entries -= 1;
      bytes -= size;
      if (entries < 0 || bytes < 0) discard(path);
    }
  } catch {
    // What another process removes at the same time need not be removed here.
  }
}

export function digest(content: string | Buffer): string {
  return createHash("sha256").update(content).digest("hex");
}

function filesByUse(dir: string): readonly { readonly path: string; readonly size: number }[] {
  const files = readdirSync(dir)
    .map((name) => join(dir, name))
    .map((path) => ({ path, stat: lstatSync(path, { throwIfNoEntry: false }) }))
    .flatMap(({ path, stat }) => (stat?.isFile() ? { path, size: stat.size, used: stat.mtimeMs } : []));
  return files.sort((a, b) => b.used - a.used);
}

function markUsed(path: string): void {
  try {
    utimesSync(path, new Date(), new Date());
  } catch {
    // An entry that cannot be marked is removed sooner, no more.
  }
}

function discard(path: string): void {
  try {
    rmSync(path, { force: true });
  } catch {
    // A folder that cannot be written holds nothing to discard.
  }
}
