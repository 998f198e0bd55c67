import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import fc from "fast-check";
import { afterAll, expect, test } from "vitest";
import { RULES } from "../../rules/registry.js";
import type { LintResult, Since } from "../../src/cli/lint/kept_findings.js";
import { relint } from "../../src/cli/lint/relint.js";
import type { Facts } from "../../src/cli/lint/relint.js";
import { factsOf } from "../../src/lint/affected/facts.js";
import type { Compared } from "../../src/lint/affected/facts.js";
import { lint } from "../../src/lint/lint.js";
import type { LintOptions } from "../../src/lint/lint.js";
import { scopesOf } from "../../src/lint/scopes/scopes.js";
import { findProjectFiles, readProject } from "../../src/parser/project.js";
import type { ReadProject } from "../../src/parser/project.js";
import { readSource } from "../../src/parser/read_source.js";
import { digest } from "../../src/source/private_cache.js";

/** A path, and the objects of the file. */
type Files = Map<string, readonly object[]>;

const folder = mkdtempSync(join(tmpdir(), "polc-relint-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const NAMESPACES = ["a", "b", "c", "d"];
const APPS = ["web", "api", "db"];

type Random = (below: number) => number;

function labels(random: Random): object {
  return random(4) === 0 ? {} : { matchLabels: { app: APPS[random(3)] } };
}

function peer(random: Random): object {
  const namespace = { matchLabels: { "kubernetes.io/metadata.name": NAMESPACES[random(4)] } };
  const kinds = [
    { podSelector: labels(random) },
    { namespaceSelector: namespace },
    { namespaceSelector: namespace, podSelector: labels(random) },
    { namespaceSelector: { matchLabels: { team: "red" } } },
    { ipBlock: { cidr: ["10.0.0.0/8", "0.0.0.0/0", "10.1.2.3/16"][random(3)] } },
  ];
  return kinds[random(kinds.length)]!;
}

function rules(random: Random, field: "from" | "to"): object[] {
  return Array.from({ length: random(3) }, () => ({
    ...(random(4) > 0 && { [field]: Array.from({ length: 1 + random(2) }, () => peer(random)) }),
    ...(random(3) > 0 && { ports: [{ port: [80, 8080, 53, "http"][random(4)] }] }),
  }));
}

interface Isolation {
  readonly podSelector: object;
  readonly policyTypes: readonly string[];
}

function isolation(random: Random): Isolation {
  const policyTypes = [["Ingress"], ["Egress"], ["Ingress", "Egress"]][random(3)]!;
  return { podSelector: labels(random), policyTypes };
}

function networkPolicy(random: Random, namespace: string, name: string, isolates: Isolation): object {
  return {
    apiVersion: "networking.k8s.io/v1",
    kind: "NetworkPolicy",
    metadata: { name, namespace },
    spec: { ...isolates, ingress: rules(random, "from"), egress: rules(random, "to") },
  };
}

function tierPolicy(random: Random, tier: "Admin" | "Baseline"): object {
  const rule = (i: number) => ({
    name: `r${i}`,
    action: ["Accept", "Deny", "Pass"][random(tier === "Admin" ? 3 : 2)],
    from: [{ namespaces: random(2) ? {} : { matchLabels: { "kubernetes.io/metadata.name": "b" } } }],
  });
  return {
    apiVersion: "policy.networking.k8s.io/v1alpha2",
    kind: "ClusterNetworkPolicy",
    metadata: { name: tier.toLowerCase() },
    spec: {
      tier,
      priority: 1,
      subject: { namespaces: random(2) ? {} : { matchLabels: { "kubernetes.io/metadata.name": "a" } } },
      ingress: Array.from({ length: 1 + random(2) }, (_, i) => rule(i)),
    },
  };
}

function repository(random: Random): { files: Files; isolations: Map<string, Isolation> } {
  const files: Files = new Map();
  const isolations = new Map<string, Isolation>();
  for (const namespace of NAMESPACES) {
    const pods = APPS.slice(0, 1 + random(3)).map((app) => ({
      apiVersion: "v1",
      kind: "Pod",
      metadata: { name: app, namespace, labels: { app } },
      spec: { containers: [{ name: "c", image: "i", ports: [{ name: "http", containerPort: 8080 }] }] },
    }));
    const labelled = { name: namespace, labels: { team: ["red", "blue"][random(2)] } };
    files.set(`${namespace}/pods.yaml`, [
      { apiVersion: "v1", kind: "Namespace", metadata: labelled },
      ...pods,
    ]);
    const names = Array.from({ length: 1 + random(4) }, (_, i) => `p${i}`);
    for (const name of names) {
      const path = `${namespace}/${name}.yaml`;
      isolations.set(path, isolation(random));
      const beside = random(8) === 0 ? [pods[0]!] : [];
      files.set(path, [networkPolicy(random, namespace, name, isolations.get(path)!), ...beside]);
    }
    if (random(4) === 0) {
      const resources = ["pods.yaml", ...names.map((name) => `${name}.yaml`)];
      files.set(`${namespace}/kustomization.yaml`, [{ kind: "Kustomization", resources }]);
    }
  }
  if (random(2)) files.set("admin.yaml", [tierPolicy(random, "Admin")]);
  if (random(2)) files.set("baseline.yaml", [tierPolicy(random, "Baseline")]);
  return { files, isolations };
}

function write(cwd: string, path: string, objects: readonly object[], above = ""): void {
  mkdirSync(dirname(join(cwd, path)), { recursive: true });
  const text = objects.map((each) => JSON.stringify(each, null, 1)).join("\n---\n");
  writeFileSync(join(cwd, path), `${above}# polc\n${text}\n`);
}

const levels = { levelOf: () => undefined };

async function whole(
  cwd: string,
): Promise<{ result: LintResult; facts: Facts | undefined; digests: string[] }> {
  const found = findProjectFiles(["."], { cwd });
  const project = await readProject(["."], { cwd, found });
  const compared: Compared = new Map();
  const diagnostics = lint(project, {
    rules: RULES,
    levels,
    cwd,
    compared: (scope, redundant) => compared.set(scope, redundant),
  });
  const digests = found.files.map(({ path }) => digest(project.sources.get(path)!.text));
  return { result: { project, diagnostics }, facts: factsOf(project, compared), digests };
}

async function again(cwd: string, before: Awaited<ReturnType<typeof whole>>, paths: readonly string[]) {
  const found = findProjectFiles(["."], { cwd });
  const changed = new Map(paths.map((path) => [path, readSource(join(cwd, path), path)]));
  const since: Since = { changed, digests: before.digests, result: before.result };
  return relint(since, before.facts!, {
    paths: ["."],
    found,
    load: { cwd },
    scopes: (project) => scopesOf(project, cwd),
    lint: (project: ReadProject, how: Partial<LintOptions>) =>
      lint(project, { rules: RULES, levels, cwd, ...how }),
  });
}

test("after a change of policies, findings made anew in part are those of a whole run", async () => {
  let inPart = 0;
  await fc.assert(
    fc.asyncProperty(fc.infiniteStream(fc.nat({ max: 2 ** 30 })), async (numbers) => {
      const random: Random = (below) => (numbers.next().value as number) % below;
      const cwd = mkdtempSync(join(folder, "repo-"));
      const { files, isolations } = repository(random);
      for (const [path, objects] of files) write(cwd, path, objects);
      let before = await whole(cwd);
      for (let edit = 0; edit < 3; edit++) {
        const policies = [...isolations.keys()];
        const paths = new Set(
          Array.from({ length: 1 + random(2) }, () => policies[random(policies.length)]!),
        );
        for (const path of paths) {
          const [namespace, name] = path.replace(".yaml", "").split("/") as [string, string];
          if (random(5) === 0) isolations.set(path, isolation(random));
          const [, ...beside] = files.get(path)!;
          const above = "\n".repeat(random(3));
          write(cwd, path, [networkPolicy(random, namespace, name, isolations.get(path)!), ...beside], above);
        }
        const after = await whole(cwd);
        const part = await again(cwd, before, [...paths]);
        if (part) {
          inPart++;
          expect(part.result.diagnostics).toEqual(after.result.diagnostics);
          expect([...part.facts].sort()).toEqual([...after.facts!].sort());
        }
        before = after;
      }
      rmSync(cwd, { recursive: true });
    }),
    { numRuns: 150 },
  );
  // Else it would have shown nothing.
  expect(inPart).toBeGreaterThan(80);
}, 600_000);
