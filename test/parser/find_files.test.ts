import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { findFiles } from "../../src/parser/find_files.js";
import type { FindOptions } from "../../src/parser/find_files.js";

let cwd: string;

beforeEach(() => {
  cwd = mkdtempSync(join(tmpdir(), "polc-find-"));
});
afterEach(() => rmSync(cwd, { recursive: true, force: true }));

function write(files: Readonly<Record<string, string>>): void {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(cwd, path)), { recursive: true });
    writeFileSync(join(cwd, path), text);
  }
}

const found = (paths: readonly string[], options: FindOptions = {}) =>
  findFiles(paths, cwd, options).files.map(({ path }) => path);

test("a path with wildcards means the policy files that it matches", () => {
  write({ "a/x.yaml": "", "a/b/y.yaml": "", "a/notes.txt": "", "z.yaml": "" });
  expect(found(["a/**/*.yaml"])).toEqual(["a/b/y.yaml", "a/x.yaml"]);
  expect(found(["*"])).toEqual(["z.yaml"]);
  expect(findFiles(["b/*.yaml"], cwd).missing).toEqual([{ path: "b/*.yaml", reason: "matches no file" }]);
});

test("a file whose name has wildcards is that file", () => {
  write({ "a{b}.yaml": "", "ab.yaml": "" });
  expect(found(["a{b}.yaml"])).toEqual(["a{b}.yaml"]);
});

test(".gitignore files of the folder, of those around it and of those inside count, the nearest most", () => {
  write({
    ".git/HEAD": "",
    ".gitignore": "out/\n*.gen.yaml\n",
    "p/.gitignore": "!keep.gen.yaml\n/top.yaml\n",
    "p/a.yaml": "",
    "p/b.gen.yaml": "",
    "p/keep.gen.yaml": "",
    "p/top.yaml": "",
    "p/q/top.yaml": "",
    "p/out/c.yaml": "",
  });
  const kept = ["p/a.yaml", "p/keep.gen.yaml", "p/q/top.yaml"];
  expect(found(["."], { gitignore: true })).toEqual(kept);
  expect(found(["p"], { gitignore: true })).toEqual(kept);
  expect(found(["p"])).toHaveLength(6);
});

test("a folder or a file that git ignores is read when it is named", () => {
  write({ ".git/HEAD": "", ".gitignore": "out/\n", "out/c.yaml": "" });
  expect(found(["out"], { gitignore: true })).toEqual(["out/c.yaml"]);
  expect(found(["out/c.yaml"], { gitignore: true })).toEqual(["out/c.yaml"]);
});

test("without a repository only the .gitignore files from the named folder on count", () => {
  write({ ".gitignore": "a.yaml\n", "p/.gitignore": "b.yaml\n", "p/a.yaml": "", "p/b.yaml": "" });
  expect(found(["p"], { gitignore: true })).toEqual(["p/a.yaml"]);
});

test("what a chart says of itself, and polc's configuration, are no policy files", () => {
  write({ "c/Chart.yaml": "apiVersion: v2", "c/templates/a.yaml": "", "polc.config.yaml": "", "a.yaml": "" });
  expect(found(["."])).toEqual(["a.yaml"]);
  expect(findFiles(["."], cwd).templates.length).toBe(1);
});

test("a given text is among the files if its folder or pattern is, or if it stands alone", () => {
  write({ "p/a.yaml": "" });
  const given = (...paths: string[]) => ({ given: new Set(paths.map((path) => join(cwd, path))) });
  expect(found(["p"], given("p/new.yaml", "p/new.txt"))).toEqual(["p/a.yaml", "p/new.yaml"]);
  expect(found(["p/a*.yaml"], given("p/new.yaml", "p/a2.yaml"))).toEqual(["p/a.yaml", "p/a2.yaml"]);
  expect(found(["p"], given("q/new.yaml"))).toEqual(["p/a.yaml", "q/new.yaml"]);
  expect(found(["new.yaml"], given("new.yaml"))).toEqual(["new.yaml"]);
});
