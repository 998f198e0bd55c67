/** `polc build` verifies what it built, and a bundle that does not pass never takes the place of one that did. */
import { spawnSync } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { expect, test } from "vitest";
import { findCompiler } from "../../src/bundle/compiler.js";
import { contents, folder, POLICIES, polcBuild, withoutProgress } from "./building.js";
import type { Ran } from "./building.js";

const asRoot = test.skipIf(process.getuid?.() !== 0);
/** Another user than root, who may read the checkout even if it is in root's home. */
const READ_ALL = [
  "--securebits=+no_setuid_fixup",
  "--inh-caps=+dac_read_search",
  "--ambient-caps=+dac_read_search",
];
const AS_NOBODY = ["setpriv", "--reuid=65534", "--clear-groups", ...READ_ALL];
const SHOP = POLICIES.split("---")[0]!;

/** A clang that makes this change to the C it is given: what a mistake in it would be. */
async function mistaken(directory: string, script: string): Promise<NodeJS.ProcessEnv> {
  const compiler = await findCompiler();
  if ("message" in compiler) throw new Error(compiler.message);
  const path = join(directory, "clang");
  writeFileSync(
    path,
    `#!/bin/sh
case " $* " in *" policy_set.bpf.c "*) ;; *) exec ${compiler.clang} "$@" ;; esac
cp policy_set.bpf.c kept && sed '${script}' kept >policy_set.bpf.c && ${compiler.clang} "$@"
status=$?
mv kept policy_set.bpf.c
exit $status
`,
    { mode: 0o755 },
  );
  return { CLANG: path, LLVM_STRIP: compiler.strip };
}

/** `polc build` as another user than root, or told of an older kernel. */
function polcBuildBy(command: readonly string[], cwd: string, args: readonly string[], env = {}): Ran {
  const main = resolve("dist/src/cli/main.js");
  const [program, ...rest] = [...command, process.execPath, main, "build", ...args];
  const ran = spawnSync(program!, rest, { cwd, env: { ...process.env, ...env }, encoding: "utf8" });
  return { code: ran.status, stdout: ran.stdout, stderr: withoutProgress(ran.stderr) };
}

asRoot(
  "a bundle is verified in this kernel, and one line says so; the bytes are those of a build without",
  () => {
    const here = folder({ "shop.yaml": SHOP });
    const { code, stdout, stderr } = polcBuild(here, ["--out", "bundle"]);
    expect([code, stderr]).toEqual([0, ""]);
    expect(stdout.split("\n")[1]).toMatch(
      /^verified: the policies' programs load into this kernel and judge [1-9]\d* packets as the policies say \(polc verify bundle tries all\)$/,
    );
    expect(polcBuild(here, ["--out", "unverified", "--no-verify"]).stdout.split("\n")).toHaveLength(2);
    expect(contents(join(here, "unverified"))).toEqual(contents(join(here, "bundle")));
  },
);

asRoot("verdicts that are not the policies' stop the build, and the old bundle stays", async () => {
  const here = folder({ "shop.yaml": SHOP });
  expect(polcBuild(here, []).code).toBe(0);
  const before = contents(join(here, "polc-out"));
  const { code, stdout, stderr } = polcBuild(
    here,
    [],
    await mistaken(here, "s/IPPROTO_TCP, 8080/IPPROTO_TCP, 8081/"),
  );
  expect([code, stdout]).toEqual([2, ""]);
  expect(stderr).toMatch(
    /^shop\.bpf\.c {2}verify-failed {2}error\n {2}\d+ verdicts are not those of the policies: ingress 808\d\/tcp/,
  );
  expect(contents(join(here, "polc-out"))).toEqual(before);
  expect(readdirSync(here).sort()).toEqual(["clang", "polc-out", "shop.yaml"]);
});

asRoot("what the kernel refuses stops the build, with the reason that the kernel gives", async () => {
  const here = folder({ "shop.yaml": SHOP });
  const endless = await mistaken(here, 's/^\\tbool isolated = false;/& for (;;) asm volatile("");/');
  const { code, stdout, stderr } = polcBuild(here, [], endless);
  expect([code, stdout]).toEqual([2, ""]);
  expect(stderr).toMatch(
    /^shop\.bpf\.c {2}verify-failed {2}error\n {2}the kernel does not load what .*clang version \S+.* made of it: \S.*\n {2}help: /,
  );
  expect(readdirSync(here).sort()).toEqual(["clang", "shop.yaml"]);
  expect(polcBuild(here, ["--no-verify"], endless).code).toBe(0);
});

asRoot("where it cannot verify, one line says why and what to do, and the bundle is made", () => {
  const here = folder({ "shop.yaml": SHOP });
  chmodSync(here, 0o777);
  const cases: [string, Ran][] = [
    ["polc does not run as root", polcBuildBy(AS_NOBODY, here, ["--out", "a"])],
    ["this process lacks CAP_BPF", polcBuildBy(["setpriv", "--bounding-set=-all"], here, ["--out", "b"])],
    [
      "this kernel is Linux 2.6.N, the programs need 6.1 or later",
      polcBuildBy(["setarch", "--uname-2.6"], here, ["--out", "c"]),
    ],
    [
      "there is no program at /nonexistent",
      polcBuildBy([], here, ["--out", "d"], { POLC_LOADER: "/nonexistent" }),
    ],
  ];
  for (const [at, [reason, { code, stdout, stderr }]] of cases.entries()) {
    const out = "abcd"[at]!;
    expect([code, stderr]).toEqual([0, ""]);
    expect(stdout.split("\n")[1]!.replace(/2\.6\.[^, ]+/, "2.6.N")).toBe(
      `not verified: ${reason} (polc verify ${out} does it, as root on Linux 6.1 or later)`,
    );
    expect(existsSync(join(here, out, "manifest.json"))).toBe(true);
  }
});

asRoot("with --verify nothing is built where it cannot be verified", () => {
  const here = folder({ "shop.yaml": SHOP });
  mkdirSync(join(here, "x"));
  const { code, stdout, stderr } = polcBuildBy(["setarch", "--uname-2.6"], here, ["--verify"]);
  expect([code, stdout]).toEqual([2, ""]);
  expect(stderr).toMatch(
    /^polc build --verify: this kernel is Linux 2\.6\.\S+, the programs need 6\.1 or later\n {2}help: run it on a machine with a newer kernel\n$/,
  );
  expect(readdirSync(here).sort()).toEqual(["shop.yaml", "x"]);
  expect(polcBuild(here, ["--verify"]).code).toBe(0);
});
