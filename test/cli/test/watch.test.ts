import { mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { watchPaths } from "../../../src/cli/files/watch.js";

let folder: string;
let stop: () => void = () => {};
let changes = 0;
const path = (name: string) => join(folder, name);
const watched = (...names: string[]) => {
  changes = 0;
  stop = watchPaths(names.map(path), () => changes++);
};
const waitFor = async (count: number) => {
  for (let waited = 0; changes < count && waited < 5000; waited += 20) await pause(20);
  expect(changes).toBe(count);
};
const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "polc-watch-"));
  mkdirSync(path("inner"));
  mkdirSync(path("node_modules"));
  for (const name of ["a.yaml", "b.yaml", "inner/c.yaml"]) writeFileSync(path(name), "");
});

afterEach(() => {
  stop();
  rmSync(folder, { recursive: true, force: true });
});

test("several writes at once are one change, in inner folders and in folders made later too", async () => {
  watched(".");
  writeFileSync(path("a.yaml"), "1");
  writeFileSync(path("inner/c.yaml"), "1");
  await waitFor(1);
  mkdirSync(path("later"));
  await waitFor(2);
  writeFileSync(path("later/d.yaml"), "1");
  await waitFor(3);
});

test("a file that an editor replaces stays watched, and the files beside it are not", async () => {
  watched("a.yaml");
  for (const count of [1, 2]) {
    writeFileSync(path("new"), `${count}`);
    renameSync(path("new"), path("a.yaml"));
    await waitFor(count);
  }
  writeFileSync(path("b.yaml"), "1");
  await pause(250);
  expect(changes).toBe(2);
});

test("folders that hold no policy files are not watched, and nothing is after the end", async () => {
  watched(".");
  writeFileSync(path("node_modules/x.yaml"), "1");
  await pause(250);
  stop();
  writeFileSync(path("a.yaml"), "1");
  await pause(250);
  expect(changes).toBe(0);
});
