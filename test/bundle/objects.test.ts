/** Programs that are alike are compiled once, and not again by the next build. */
import { execFileSync, spawn } from "node:child_process";
import { chmodSync, existsSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { expect, test } from "vitest";
import { findCompiler } from "../../src/bundle/compiler.js";
import { ObjectCache } from "../../src/bundle/object_cache.js";
import type { Manifest } from "../../src/bundle/manifest.js";
import { contents, folder, polcBuild } from "./building.js";

/** A policy for one namespace; those of other namespaces differ in names, comments and lines alone. */
function policyOf(namespace: string, port = 80): string {
  return `---
# of ${namespace}
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: web-of-${namespace}, namespace: ${namespace} }
spec:
  podSelector: { matchLabels: { app: ${namespace} } }
  ingress:
    - from: [{ podSelector: { matchLabels: { app: client-of-${namespace} } } }]
      ports: [{ port: ${port} }, { port: name-${namespace} }]
`;
}

/** The compiler of this machine, and a file that gets a line for each program that it compiles. */
async function countingClang(directory: string): Promise<{ env: NodeJS.ProcessEnv; runs: () => number }> {
  const compiler = await findCompiler();
  if ("message" in compiler) throw new Error(compiler.message);
  const [clang, log] = [join(directory, "clang"), join(directory, "runs")];
  writeFileSync(
    clang,
    `#!/bin/sh\n[ "$1" = --version ] || echo run >>'${log}'\nexec ${compiler.clang} "$@"\n`,
  );
  chmodSync(clang, 0o755);
  return {
    env: { CLANG: clang, LLVM_STRIP: compiler.strip, XDG_CACHE_HOME: join(directory, "cache") },
    runs: () => (existsSync(log) ? readFileSync(log, "utf8").split("\n").length - 1 : 0),
  };
}

function objectsOf(dir: string): Readonly<Record<string, string>> {
  const { sets } = JSON.parse(readFileSync(join(dir, "manifest.json"), "utf8")) as Manifest;
  return Object.fromEntries(sets.map((set) => [set.name, set.form === "table" ? "" : set.object]));
}

test("sets that differ in names alone are compiled once and share one object, which holds no name", async () => {
  const here = folder({ "policies.yaml": ["a", "bb", "zebra"].map((name) => policyOf(name)).join("") });
  const { env, runs } = await countingClang(folder());
  const { code, stderr } = polcBuild(here, ["--no-verify", "--no-cache"], env);
  expect([code, stderr]).toEqual([0, ""]);
  expect(runs()).toBe(2);
  const { a, bb, zebra } = objectsOf(join(here, "polc-out"));
  expect([bb, zebra]).toEqual([a, a]);
  const names = readdirSync(join(here, "polc-out")).sort();
  expect(names).toEqual(
    [a, "a.bpf.c", "bb.bpf.c", "ir.json", "manifest.json", "shell.bpf.o", "zebra.bpf.c"].sort(),
  );
  expect(readFileSync(join(here, "polc-out", a!), "latin1")).not.toMatch(/zebra|web-of|policies\.yaml/);
  expect(readFileSync(join(here, "polc-out/zebra.bpf.c"), "utf8")).toMatch(/web-of-zebra, policies\.yaml:25/);
});

test("sets whose code differs in one port have objects of their own", async () => {
  const here = folder({ "policies.yaml": policyOf("a") + policyOf("b", 81) });
  const { env, runs } = await countingClang(folder());
  expect(polcBuild(here, ["--no-verify", "--no-cache"], env).code).toBe(0);
  expect(runs()).toBe(3);
  const { a, b } = objectsOf(join(here, "polc-out"));
  expect(a).not.toBe(b);
});

test("the next build compiles only what is new, and its bytes are those of a build without cache", async () => {
  const here = folder({ "policies.yaml": policyOf("a") + policyOf("b", 81) });
  const { env, runs } = await countingClang(folder());
  const build = (...args: string[]) => {
    const before = runs();
    expect(polcBuild(here, ["--no-verify", ...args], env).code).toBe(0);
    return runs() - before;
  };
  expect(build()).toBe(3);
  const first = contents(join(here, "polc-out"));
  expect(build()).toBe(0);
  expect(contents(join(here, "polc-out"))).toEqual(first);
  expect(build("--no-cache")).toBe(3);
  expect(contents(join(here, "polc-out"))).toEqual(first);
  writeFileSync(join(here, "policies.yaml"), policyOf("a") + policyOf("b", 82));
  expect(build()).toBe(1);
  expect(Object.keys(first)).toContain(objectsOf(join(here, "polc-out")).a);
});

test("with --no-cache nothing is kept", async () => {
  const here = folder({ "policies.yaml": policyOf("a") });
  const { env } = await countingClang(folder());
  expect(polcBuild(here, ["--no-verify", "--no-cache"], env).code).toBe(0);
  expect(existsSync(join(env.XDG_CACHE_HOME!, "polc"))).toBe(false);
});

test("a damaged entry, and one that others could have written, are compiled again", async () => {
  const here = folder({ "policies.yaml": policyOf("a") });
  const { env, runs } = await countingClang(folder());
  const cache = join(env.XDG_CACHE_HOME!, "polc/objects");
  const build = () => polcBuild(here, ["--no-verify"], env).code;
  expect([build(), runs()]).toEqual([0, 2]);
  const good = contents(join(here, "polc-out"));
  for (const name of readdirSync(cache)) {
    const entry = readFileSync(join(cache, name));
    entry[entry.length - 1]! ^= 1;
    writeFileSync(join(cache, name), entry);
  }
  expect([build(), runs()]).toEqual([0, 4]);
  for (const name of readdirSync(cache)) chmodSync(join(cache, name), 0o666);
  expect([build(), runs()]).toEqual([0, 6]);
  expect(readdirSync(cache).map((name) => statSync(join(cache, name)).mode & 0o777)).toEqual([0o600, 0o600]);
  expect(contents(join(here, "polc-out"))).toEqual(good);
});

test("another compiler at the same path compiles again", async () => {
  const here = folder({ "policies.yaml": policyOf("a") });
  const { env, runs } = await countingClang(folder());
  expect(polcBuild(here, ["--no-verify"], env).code).toBe(0);
  writeFileSync(env.CLANG!, `${readFileSync(env.CLANG!, "utf8")}# upgraded\n`);
  expect(polcBuild(here, ["--no-verify"], env).code).toBe(0);
  expect(runs()).toBe(4);
});

test("two builds at once share a cache", async () => {
  const { env } = await countingClang(folder());
  const folders = ["one", "two"].map((name) => folder({ "policies.yaml": policyOf(name) }));
  const main = resolve("dist/src/cli/main.js");
  const codes = await Promise.all(
    folders.map(
      (cwd) =>
        new Promise((done) =>
          spawn(process.execPath, [main, "build", "--no-verify"], {
            cwd,
            env: { ...process.env, ...env },
            stdio: "ignore",
          }).on("close", done),
        ),
    ),
  );
  expect(codes).toEqual([0, 0]);
  const [one, two] = folders.map((cwd) => Object.values(objectsOf(join(cwd, "polc-out")))[0]);
  expect(one).toBe(two);
  expect(readdirSync(join(env.XDG_CACHE_HOME!, "polc/objects"))).toHaveLength(2);
});

test("an object is not used when a header that it was made with has changed or is gone", async () => {
  const here = folder({ "a header.h": "1" });
  execFileSync("chmod", ["700", here]);
  const compiler = await findCompiler();
  if ("message" in compiler) throw new Error(compiler.message);
  const cacheOf = () => new ObjectCache(join(here, "cache"), compiler);
  cacheOf().write("set.bpf.c", "code", Buffer.from("object"), [join(here, "a header.h")]);
  expect(cacheOf().read("set.bpf.c", "code")?.toString()).toBe("object");
  expect(cacheOf().read("set.bpf.c", "other code")).toBeUndefined();
  expect(cacheOf().read("other.bpf.c", "code")).toBeUndefined();
  writeFileSync(join(here, "a header.h"), "2");
  expect(cacheOf().read("set.bpf.c", "code")).toBeUndefined();
  execFileSync("rm", [join(here, "a header.h")]);
  expect(cacheOf().read("set.bpf.c", "code")).toBeUndefined();
});
