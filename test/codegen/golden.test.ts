/**
 * The generated C of small policy sets, as files that a person reads in review. After a wanted change of the generator:
 * `UPDATE_GOLDEN=1 npx vitest run test/codegen/golden.test.ts`, then read the difference as an auditor would.
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { generateAll } from "../../src/bundle/build_bundle.js";
import { compile, findCompiler } from "../../src/bundle/compiler.js";
import { loadProject } from "../../src/parser/project.js";

const GOLDEN = fileURLToPath(new URL("golden/", import.meta.url));

async function generated(file: string): Promise<Readonly<Record<string, string>>> {
  const project = await loadProject([file], { cwd: GOLDEN });
  expect(project.diagnostics).toEqual([]);
  const all = generateAll(project.policies, project.sources);
  if (Array.isArray(all)) throw new Error(all[0]!.message);
  return Object.fromEntries(all.sets.map(({ set, program }) => [set.name, program!.text]));
}

function expectGolden(name: string, text: string): void {
  if (process.env.UPDATE_GOLDEN === "1") writeFileSync(join(GOLDEN, name), text);
  expect(text).toBe(readFileSync(join(GOLDEN, name), "utf8"));
}

test("NetworkPolicies become code that names each rule, peer and port", async () => {
  const sets = await generated("shop.yaml");
  expect(Object.keys(sets)).toEqual(["shop"]);
  expectGolden("shop.bpf.c", sets.shop!);
});

test("tiers become code in their order: one set for the namespace with policies, one for all others", async () => {
  const sets = await generated("tiers.policy.ts");
  expect(Object.keys(sets)).toEqual(["shop", "cluster"]);
  expectGolden("tiers_shop.bpf.c", sets.shop!);
  expectGolden("tiers_cluster.bpf.c", sets.cluster!);
});

test.each(["shop", "tiers_shop", "tiers_cluster"])("golden %s.bpf.c compiles", async (name) => {
  const compiler = await findCompiler();
  if ("message" in compiler) throw new Error(compiler.message);
  const directory = mkdtempSync(join(tmpdir(), "polc-golden-"));
  try {
    writeFileSync(join(directory, "set.bpf.c"), readFileSync(join(GOLDEN, `${name}.bpf.c`)));
    expect(await compile(compiler, directory, "set.bpf.c", "set.bpf.o")).toBeUndefined();
  } finally {
    rmSync(directory, { recursive: true });
  }
});
