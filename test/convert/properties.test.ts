import { join } from "node:path";
import fc from "fast-check";
import { format } from "prettier";
import { expect, test } from "vitest";
import { decide } from "../../src/analysis/semantics/decide.js";
import { toManifests } from "../../src/convert/kubernetes/manifests.js";
import { sameMeaning } from "../../src/convert/same_meaning.js";
import { toPolicyFiles } from "../../src/convert/typescript/policy_files.js";
import { EMPTY_INVENTORY } from "../../src/ir/inventory.js";
import type { Policy } from "../../src/ir/policy.js";
import { readProject } from "../../src/parser/project.js";
import { parseYamlFile } from "../../src/parser/yaml_file.js";
import { SourceFile, SourceMap } from "../../src/source/source_file.js";
import { flow } from "../analysis/flows.js";
import { policies as anyPolicies } from "../analysis/policies.js";
import { canonical } from "./canonical.js";
import { mesh } from "./mesh.js";

const sources = new SourceMap();
const policies = anyPolicies.map((list) => list.map(canonical));
const flows = fc.array(flow, { minLength: 60, maxLength: 60 });

function verdicts(list: readonly Policy[], made: readonly Parameters<typeof decide>[1][]): string[] {
  return made.map((each) => decide(list, each).verdict);
}

test("random policies as YAML, read again, decide every flow alike, or convert says why it cannot write them", () => {
  let written = 0;
  let split = 0;
  fc.assert(
    fc.property(policies, flows, (list, makers) => {
      const { files, diagnostics } = toManifests(list, sources, "one");
      if (diagnostics.some(({ severity }) => severity === "error")) return;
      const read = parseYamlFile(new SourceFile("p.yaml", files[0]!.text));
      expect(read.diagnostics).toEqual([]);
      expect(sameMeaning(list, read.policies)).toBe(true);
      const made = makers.flatMap((make) => [make("ingress"), make("egress")]);
      // Port 0 is no port of a ClusterNetworkPolicy, which a warning says.
      const known = made.filter(({ port, protocol }) => port > 0 || protocol === "other");
      expect(verdicts(read.policies, known)).toEqual(verdicts(list, known));
      written++;
      if (read.policies.length > list.length) split++;
    }),
    { numRuns: 800 },
  );
  expect(written).toBeGreaterThan(50);
  expect(split).toBeGreaterThan(2);
});

test("random policies as TypeScript, read again, mean the same and are formatted as prettier does it", async () => {
  const some = policies.filter((list) => list.length > 0);
  const sets: readonly (readonly Policy[])[] = [
    ...fc.sample(some, { numRuns: 25, seed: 7 }),
    ...fc.sample(mesh, { numRuns: 35, seed: 7 }),
  ];
  const texts = sets.map((list) => toPolicyFiles(list, EMPTY_INVENTORY, sources, "one").files[0]!.text);
  const paths = texts.map((_, index) => join(process.cwd(), `set${index}.policy.ts`));
  const contents = new Map(texts.map((text, index) => [paths[index]!, Buffer.from(text)] as const));
  const read = await readProject(paths, { contents });
  expect(read.diagnostics).toEqual([]);
  const made = fc
    .sample(flow, { numRuns: 100, seed: 7 })
    .flatMap((make) => [make("ingress"), make("egress")]);
  for (const [index, list] of sets.entries()) {
    const own = read.policies.filter(({ span }) => span.file === `set${index}.policy.ts`);
    expect(sameMeaning(list, own), texts[index]).toBe(true);
    expect(verdicts(own, made)).toEqual(verdicts(list, made));
    expect(await format(texts[index]!, { parser: "typescript", printWidth: 110 })).toBe(texts[index]);
  }
  // Sentences are shared, and some are of one direction only.
  expect(
    texts.filter((text) => text.includes("isolate: {") || text.includes("isolate: [")).length,
  ).toBeGreaterThan(5);
  expect(texts.filter((text) => text.includes(".ingressOnly()")).length).toBeGreaterThan(5);
});
