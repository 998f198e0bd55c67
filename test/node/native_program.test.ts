import { spawn } from "node:child_process";
import {
  chmodSync,
  chownSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { builtProgram, type Home, nativeProgram } from "../../src/node/native/native_program.js";
import { PROBE } from "../../src/node/native/programs.js";
import { sourcesIn } from "../../src/node/native/build_program.js";

const root = process.getuid?.() === 0;
const NOBODY = 65534;

let dir: string;
let at: Home;
let progress: string[];
const inPackage = () => join(at.root, "probe/polc-probe");

/** A package with the probe's sources alone, which are built in two seconds. */
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), "polc-native-"));
  at = { root: join(dir, "package"), cache: join(dir, "cache") };
  mkdirSync(join(at.root, "probe"), { recursive: true });
  writeFileSync(join(at.root, "package.json"), "{}");
  for (const { name, path } of sourcesIn(resolve("probe"))) cpSync(path, join(at.root, "probe", name));
  progress = [];
  vi.spyOn(process.stderr, "write").mockImplementation((text) => progress.push(String(text)) > 0);
  vi.stubEnv("POLC_PROBE", undefined);
});

afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
  rmSync(dir, { recursive: true, force: true });
});

/** The folder's files that are no sources. */
const made = (folder: string) => {
  const sources = new Set(sourcesIn(folder).map(({ name }) => name));
  return readdirSync(folder).filter((name) => !sources.has(name));
};

test("a program is built in the package on first use, with one line, and is there from then on", () => {
  expect(builtProgram(PROBE, at)).toBeUndefined();
  expect(nativeProgram(PROBE, at)).toBe(inPackage());
  expect(nativeProgram(PROBE, at)).toBe(inPackage());
  expect(progress).toEqual(["polc: building polc-probe for this machine, once\n"]);
  expect(made(join(at.root, "probe"))).toEqual(["polc-probe"]);
  expect(statSync(inPackage()).mode & 0o777).toBe(0o755);
});

test("a path that the environment names is used, and one without a program is an error", () => {
  vi.stubEnv("POLC_PROBE", "/bin/true");
  expect(nativeProgram(PROBE, at)).toBe("/bin/true");
  vi.stubEnv("POLC_PROBE", "/nowhere/polc-probe");
  expect(nativeProgram(PROBE, at)).toEqual({
    error: "there is no program at /nowhere/polc-probe",
    help: "correct POLC_PROBE, or unset it",
  });
});

test("without make and a compiler the packages to install are named, and nothing is written", () => {
  vi.stubEnv("PATH", dir);
  expect(nativeProgram(PROBE, at)).toEqual({
    error:
      "polc-probe has to be built once on this machine, which lacks make, gcc, libc6-dev, linux-libc-dev",
    help: "install them: apt-get install make gcc libc6-dev linux-libc-dev (or set POLC_PROBE to a path of polc-probe)",
  });
  expect([made(join(at.root, "probe")), existsSync(at.cache), progress]).toEqual([[], false, []]);
});

test("with a compiler only the packages of missing headers are named", () => {
  const needy = { ...PROBE, headers: { "stdio.h": "libc6-dev", "polc/nowhere.h": "libnowhere-dev" } };
  expect(nativeProgram(needy, at)).toMatchObject({
    help: expect.stringContaining("apt-get install libnowhere-dev (or"),
  });
});

test("a failure to compile is told by its first error, and leaves nothing behind", () => {
  writeFileSync(join(at.root, "probe/main.c"), "#error no such day\n");
  expect(nativeProgram(PROBE, at)).toMatchObject({
    error: expect.stringMatching(/^polc-probe could not be built: main.c:1:2: error: #error no such day$/),
    help: expect.stringContaining("set CC to another compiler"),
  });
  expect(made(join(at.root, "probe"))).toEqual([]);
});

test("a package that everybody can write gets no program: it goes to the cache, by the digest of its sources", () => {
  chmodSync(join(at.root, "probe"), 0o777);
  const first = nativeProgram(PROBE, at);
  expect(first).toMatch(new RegExp(`^${at.cache}/programs/polc-probe-[0-9a-f]{16}$`));
  expect(nativeProgram(PROBE, at)).toBe(first);
  expect(progress).toHaveLength(1);
  expect(statSync(join(at.cache, "programs")).mode & 0o777).toBe(0o700);
  writeFileSync(join(at.root, "probe/probe.h"), "\n", { flag: "a" });
  expect(builtProgram(PROBE, at)).toBeUndefined();
});

test("a program that everybody can write is not run", () => {
  nativeProgram(PROBE, at);
  chmodSync(inPackage(), 0o777);
  expect(builtProgram(PROBE, at)).toBeUndefined();
});

describe.skipIf(!root)("beside other users", () => {
  test("what another user put into the cache is not run, nor is anything put there", () => {
    chmodSync(join(at.root, "probe"), 0o777);
    const path = nativeProgram(PROBE, at) as string;
    chownSync(path, NOBODY, NOBODY);
    expect(builtProgram(PROBE, at)).toBeUndefined();
    chownSync(join(at.cache, "programs"), NOBODY, NOBODY);
    expect(nativeProgram(PROBE, at)).toMatchObject({
      error: `no folder can hold polc-probe: ${at.root}/probe is not this user's alone, ${at.cache}/programs is not this user's alone`,
    });
  });

  test("a program of the package's owner is as good as the package", () => {
    nativeProgram(PROBE, at);
    chownSync(inPackage(), NOBODY, NOBODY);
    expect(builtProgram(PROBE, at)).toBeUndefined();
    chownSync(join(at.root, "package.json"), NOBODY, NOBODY);
    expect(builtProgram(PROBE, at)).toBe(inPackage());
  });
});

test("first uses at once do not disturb each other", async () => {
  const [native, programs] = ["native_program", "programs"].map((name) =>
    JSON.stringify(resolve(`dist/src/node/native/${name}.js`)),
  );
  const script = `Promise.all([import(${native}), import(${programs})]).then(([{ nativeProgram }, { PROBE }]) =>
    console.log(JSON.stringify(nativeProgram(PROBE, ${JSON.stringify(at)}))))`;
  const use = () =>
    new Promise<string>((done) => {
      const child = spawn(process.execPath, ["-e", script], { stdio: ["ignore", "pipe", "ignore"] });
      let text = "";
      child.stdout.on("data", (part) => (text += part));
      child.on("close", () => done(text));
    });
  const answers = await Promise.all([use(), use(), use(), use()]);
  expect(answers).toEqual(answers.map(() => `${JSON.stringify(inPackage())}\n`));
  expect(made(join(at.root, "probe"))).toEqual(["polc-probe"]);
});
