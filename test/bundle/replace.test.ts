/** A build replaces the bundle as a whole or leaves it as it was. */
import { spawnSync } from "node:child_process";
import { mkdirSync, readdirSync, realpathSync, renameSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { contents, folder, objectsAlike, POLICIES, polcBuild } from "./building.js";

const [SHOP, BANK] = POLICIES.split("---") as [string, string];

/** A clang that says what it is and then fails. */
const BROKEN_CLANG = `#!/bin/sh
[ "$1" = --version ] && { echo "clang version 99.0.0"; exit 0; }
case "$*" in *policy_set.bpf.c*) echo "policy_set.bpf.c:1:1: error: out of registers" >&2; exit 1;; esac
touch "$(echo "$*" | sed 's/.* -o //')"
`;

function brokenClang(directory: string): string {
  const path = join(directory, "clang");
  writeFileSync(path, BROKEN_CLANG, { mode: 0o755 });
  return path;
}

test("a rebuild replaces the old bundle: what is no longer there is gone", () => {
  const here = folder({ "shop.yaml": SHOP, "bank.yaml": BANK });
  expect(polcBuild(here, []).code).toBe(0);
  expect(readdirSync(join(here, "polc-out"))).toContain("bank.bpf.c");
  const rebuilt = polcBuild(here, ["shop.yaml"]);
  expect(rebuilt.code).toBe(0);
  expect(readdirSync(join(here, "polc-out")).map(objectsAlike).sort()).toEqual([
    "OBJECT.bpf.o",
    "ir.json",
    "manifest.json",
    "shell.bpf.o",
    "shop.bpf.c",
  ]);
  expect(readdirSync(here).sort()).toEqual(["bank.yaml", "polc-out", "shop.yaml"]);
});

test("a bundle with Services is replaced like any other", () => {
  const here = folder({ "shop.yaml": SHOP });
  const out = ["--out", join(here, "polc-out"), "--no-verify"];
  expect(polcBuild(".", ["examples/dsr", ...out]).code).toBe(0);
  expect(polcBuild(here, ["shop.yaml", ...out])).toMatchObject({ code: 0, stderr: "" });
  expect(readdirSync(join(here, "polc-out"))).not.toContain("services.json");
});

test("a failed build leaves the old bundle, and nothing beside it", () => {
  const here = folder({ "shop.yaml": SHOP });
  expect(polcBuild(here, ["shop.yaml"]).code).toBe(0);
  const before = contents(join(here, "polc-out"));
  const failed = polcBuild(here, ["shop.yaml"], { CLANG: brokenClang(here), LLVM_STRIP: "true" });
  expect(failed).toEqual({
    code: 2,
    stdout: "",
    stderr: `shop.bpf.c  compile-failed  error
  policy_set.bpf.c:1:1: error: out of registers
  help: clang refused generated code: this is a bug in polc

1 error, 0 warnings in 1 file
`,
  });
  expect(contents(join(here, "polc-out"))).toEqual(before);
  expect(readdirSync(here).sort()).toEqual(["clang", "polc-out", "shop.yaml"]);
});

test("a build that was killed between its two steps lost nothing: the next one puts the old bundle back and tidies up", () => {
  const here = folder({ "shop.yaml": SHOP });
  const dead = spawnSync("true").pid;
  expect(polcBuild(here, ["shop.yaml"]).code).toBe(0);
  const before = contents(join(here, "polc-out"));
  renameSync(join(here, "polc-out"), join(here, `.polc-out.old-${dead}`));
  mkdirSync(join(here, `.polc-out.new-${dead}`));
  mkdirSync(join(here, `.polc-out.new-${process.pid}`));
  const clang = brokenClang(here);
  expect(polcBuild(here, ["shop.yaml"], { CLANG: clang, LLVM_STRIP: "true" }).code).toBe(2);
  expect(contents(join(here, "polc-out"))).toEqual(before);
  expect(readdirSync(here).sort()).toEqual([
    `.polc-out.new-${process.pid}`,
    "clang",
    "polc-out",
    "shop.yaml",
  ]);
});

test("an --out that is a link to a bundle stays a link", () => {
  const here = folder({ "shop.yaml": SHOP });
  mkdirSync(join(here, "real"));
  symlinkSync("real", join(here, "linked"));
  expect(polcBuild(here, ["shop.yaml", "--out", "linked"]).code).toBe(0);
  expect(realpathSync(join(here, "linked"))).toBe(join(here, "real"));
  expect(readdirSync(join(here, "real"))).toContain("manifest.json");
});

test.each([
  [
    "holds other files",
    "mine",
    (at: string) => writeFileSync(join(at, "thesis.tex"), ""),
    "it holds thesis.tex",
  ],
  [
    "has objects but no manifest",
    "mine",
    (at: string) => writeFileSync(join(at, "a.bpf.o"), ""),
    "it has no manifest.json",
  ],
  [
    "is a file",
    "mine/file",
    (at: string) => writeFileSync(join(at, "file"), ""),
    "it is not a directory that can be read",
  ],
])("an --out that %s is refused and stays", (_what, out, prepare, reason) => {
  const here = folder({ "shop.yaml": SHOP });
  mkdirSync(join(here, "mine"));
  prepare(join(here, "mine"));
  const before = contents(join(here, "mine"));
  expect(polcBuild(here, ["shop.yaml", "--out", out])).toEqual({
    code: 2,
    stdout: "",
    stderr: `${out}  output-refused  error
  this is no bundle to replace: ${reason}
  help: give another --out

1 error, 0 warnings in 1 file
`,
  });
  expect(contents(join(here, "mine"))).toEqual(before);
});

test("an --out that cannot be made is an error, not a crash", () => {
  const here = folder({ "shop.yaml": SHOP });
  const { code, stderr } = polcBuild(here, ["shop.yaml", "--out", "shop.yaml/bundle"]);
  expect(code).toBe(2);
  expect(stderr).toMatch(
    /^shop.yaml\/bundle {2}output-refused {2}error\n {2}the bundle cannot be written: ENOTDIR/,
  );
});
