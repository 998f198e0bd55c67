import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test, vi } from "vitest";
import { readProject } from "../../src/parser/project.js";
import { loadYamlCache, storeYamlCache } from "../../src/parser/yaml_cache.js";

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
      const fresh = yamlCache.entries() !== undefined;
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
    expect(readdirSync(dir)).toHaveLength(1);
  } finally {
    rmSync(cwd, { recursive: true });
  }
});
