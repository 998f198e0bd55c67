import { cpSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test, vi } from "vitest";
import { generateRepo, writeRepo } from "../../bench/lint/repo.js";
import { readProject } from "../../src/parser/project.js";
import { loadYamlCache, storeYamlCache, YamlCache } from "../../src/parser/yaml_cache.js";

const POLICY = (name: string) => `apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: ${name}, namespace: shop }
spec: { podSelector: {}, ingress: [{ from: [{ ipBlock: { cidr: 10.1.2.3/8 } }] }] }
`;

test("a file with the same text is not parsed again, also in another run", async () => {
  const cwd = mkdtempSync(join(tmpdir(), "polc-cache-"));
  const dir = join(cwd, ".cache");
  try {
    writeFileSync(join(cwd, "a.yaml"), POLICY("a"));
    writeFileSync(join(cwd, "b.yaml"), POLICY("b"));
    const read = async () => {
      const yamlCache = loadYamlCache(cwd, dir);
      const parsed = vi.spyOn(yamlCache, "parsed");
      const { policies, diagnostics } = await readProject(["."], { cwd, yamlCache });
      storeYamlCache(yamlCache, cwd, dir);
      const fresh = yamlCache.entries(false) !== undefined;
      expect(parsed).toHaveBeenCalledTimes(2);
      return { policies, diagnostics, fresh };
    };
    const first = await read();
    expect(first.fresh).toBe(true);
    const second = await read();
    expect(second.fresh).toBe(false);
    expect(second.policies).toEqual(first.policies);
    expect(second.diagnostics).toEqual(first.diagnostics);
    writeFileSync(join(cwd, "b.yaml"), POLICY("c"));
    expect((await read()).policies.map(({ name }) => name)).toEqual(["a", "c"]);
    expect(readdirSync(dir)).toHaveLength(2);
  } finally {
    rmSync(cwd, { recursive: true });
  }
});

test("a result that is copied for another path, or was kept, is the one of reading the file", async () => {
  const cwd = mkdtempSync(join(tmpdir(), "polc-cache-"));
  const dir = join(cwd, ".cache");
  try {
    writeRepo(join(cwd, "a"), generateRepo(300));
    for (const example of ["online-boutique", "online-boutique-ts"])
      cpSync(join("examples", example), join(cwd, "a", example), { recursive: true });
    const file = join(cwd, "a/file.yaml");
    writeFileSync(
      file,
      POLICY("x").replace("podSelector: {}", "podSelector: { matchLabels: { file: file.yaml } }"),
    );
    cpSync(join(cwd, "a"), join(cwd, "b"), { recursive: true });
    const fresh = await readProject(["b"], { cwd });
    const memory = new YamlCache();
    await readProject(["a"], { cwd, yamlCache: memory });
    expect(await readProject(["b"], { cwd, yamlCache: memory })).toEqual(fresh);
    const writing = loadYamlCache(cwd, dir);
    await readProject(["b"], { cwd, yamlCache: writing });
    storeYamlCache(writing, cwd, dir);
    expect(await readProject(["b"], { cwd, yamlCache: loadYamlCache(cwd, dir) })).toEqual(fresh);
  } finally {
    rmSync(cwd, { recursive: true });
  }
});
