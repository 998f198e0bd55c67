import { spawnSync } from "node:child_process";
import {
  existsSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
  cpSync,
  chmodSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";

const folder = mkdtempSync(join(tmpdir(), "polc-bundled-"));
const bundle = join(folder, "dist/bundle");
const codes = join(folder, "cache/polc/code");

/** A copy of the bundle without the code that the build compiled for it, in a folder with polc's dependencies. */
beforeAll(() => {
  expect(existsSync("dist/bundle/polc.cjs"), "polc must be built: npm run build").toBe(true);
  cpSync("dist/bundle", bundle, { recursive: true });
  for (const name of readdirSync(bundle)) if (name.endsWith(".code")) rmSync(join(bundle, name));
  cpSync("package.json", join(folder, "package.json"));
  symlinkSync(resolve("node_modules"), join(folder, "node_modules"));
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

function polc(...args: readonly string[]) {
  const env = { ...process.env, XDG_CACHE_HOME: join(folder, "cache") };
  const { status, stdout, stderr } = spawnSync(process.execPath, [join(bundle, "polc.cjs"), ...args], {
    encoding: "utf8",
    env,
  });
  return { status, stdout, stderr };
}

const VERSION = { status: 0, stdout: "0.1.0\n", stderr: "" };

test("the first run keeps the compiled code in the user's cache, and later runs do not write it again", () => {
  expect(polc("--version")).toEqual(VERSION);
  const [name, ...others] = readdirSync(codes);
  expect([name, others]).toEqual([expect.stringContaining(process.version), []]);
  chmodSync(join(codes, name!), 0o400);
  const before = readFileSync(join(codes, name!));
  expect(polc("--version")).toEqual(VERSION);
  expect(readFileSync(join(codes, name!)).equals(before)).toBe(true);
});

test("a broken code cache is replaced", () => {
  polc("--version");
  const file = join(codes, readdirSync(codes)[0]!);
  const sound = readFileSync(file);
  chmodSync(file, 0o600);
  writeFileSync(file, "no code");
  expect(polc("--version")).toEqual(VERSION);
  expect(readFileSync(file).length).toBeGreaterThan(sound.length / 2);
});

test("a cache that others can write is not used", () => {
  polc("--version");
  const file = join(codes, readdirSync(codes)[0]!);
  writeFileSync(file, "no code");
  chmodSync(file, 0o666);
  expect(polc("--version")).toEqual(VERSION);
});

test("the stack of an internal error has the places of the sources", () => {
  const program = join(bundle, "program.cjs");
  const text = readFileSync(program, "utf8");
  const broken = text.replace(
    /(function formatSarif\([^)]*\) \{)/,
    "$1 throw new Error('broken on purpose');",
  );
  expect(broken).not.toBe(text);
  writeFileSync(program, broken);
  const { status, stderr } = polc("lint", "--format", "sarif", "examples/online-boutique");
  writeFileSync(program, text);
  expect([status, stderr]).toEqual([
    2,
    expect.stringMatching(
      /^polc: internal error, please report it: Error: broken on purpose\n +at formatSarif \(src\/lint\/format\/sarif\.ts:\d+:\d+\)\n/,
    ),
  ]);
});

test("every command of the bundle shows its help", () => {
  for (const command of ["lint", "diff", "explain", "test", "convert", "build", "lsp", "init", "completion"])
    expect([command, polc(command, "--help").status]).toEqual([command, 0]);
});
