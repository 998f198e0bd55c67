import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { prune, readEntry, writeEntry } from "../../src/source/private_cache.js";

let dir: string;
beforeEach(() => (dir = join(mkdtempSync(join(tmpdir(), "polc-private-")), "cache")));
afterEach(() => rmSync(join(dir, ".."), { recursive: true }));

const text = (key: string) => readEntry(dir, key)?.toString();

test("what was written is read, binary or empty, and nothing is left beside it", () => {
  writeEntry(dir, "a", Buffer.from([0, 10, 255]));
  writeEntry(dir, "b", Buffer.alloc(0));
  expect(readEntry(dir, "a")).toEqual(Buffer.from([0, 10, 255]));
  expect(readEntry(dir, "b")).toEqual(Buffer.alloc(0));
  expect(text("c")).toBeUndefined();
  expect(readdirSync(dir).sort()).toEqual(["a", "b"]);
});

test("a cut entry, a link and a folder that others can write are not read", () => {
  writeEntry(dir, "a", Buffer.from("content"));
  writeFileSync(join(dir, "cut"), "");
  symlinkSync(join(dir, "a"), join(dir, "link"));
  expect([text("cut"), text("link")]).toEqual([undefined, undefined]);
  chmodSync(dir, 0o777);
  expect(text("a")).toBeUndefined();
  writeEntry(dir, "b", Buffer.from("content"));
  expect(readdirSync(dir).sort()).toEqual(["a", "cut", "link"]);
});

test("a folder that cannot be made is no error", () => {
  writeFileSync(join(dir, "../file"), "");
  expect(() => writeEntry(join(dir, "../file/cache"), "a", Buffer.from("x"))).not.toThrow();
  expect(() => prune(join(dir, "../file/cache"), { bytes: 1 })).not.toThrow();
});

test("entries that were not used for longest go first, by number or by size; folders stay", () => {
  for (const [at, key] of ["a", "b", "c", "d"].entries()) {
    writeEntry(dir, key, Buffer.alloc(1000));
    utimesSync(join(dir, key), 1000 + at, 1000 + at);
  }
  mkdirSync(join(dir, "folder"));
  expect(readEntry(dir, "a")).toHaveLength(1000);
  prune(dir, { entries: 3 });
  expect(readdirSync(dir).sort()).toEqual(["a", "c", "d", "folder"]);
  prune(dir, { bytes: 2500 });
  expect(readdirSync(dir).sort()).toEqual(["a", "d", "folder"]);
});
