/**
 * A repository of policies as teams keep them: namespaces of 25 to 50 policies with default-deny and DNS, workloads, services,
 * and connections that both of their ends allow. A linter finds in it exactly what was planted, which its lines say.
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { manifestText, PLANTED_COMMENT } from "./manifest_text.js";
import type { Value } from "./manifest_text.js";
import { namespaceObjects, sharedObjects } from "./namespace_objects.js";
import { guardrails, plantedTiers } from "./tier_objects.js";

export interface PlantedFinding {
  readonly rule: string;
  readonly file: string;
  /** From 1. */
  readonly line: number;
}

export interface Repo {
  /** By path. */
  readonly files: ReadonlyMap<string, string>;
  readonly policies: number;
  readonly planted: readonly PlantedFinding[];
}

/** Fewer policies have no tiers beside them. */
const FEWEST_WITH_TIERS = 100;

/** The same for the same numbers. At least 12 policies; the shared namespaces have three of them. `clean`: nothing is planted. */
export function generateRepo(policies: number, { clean = false, seed = 1 } = {}): Repo {
  const random = randomNumbers(seed);
  const files = new Map<string, string>();
  const put = (path: string, objects: readonly Value[]) =>
    files.set(path, objects.map(manifestText).join("---\n"));
  const shared = sharedObjects();
  put("shared.yaml", shared);
  const tiers = policies < FEWEST_WITH_TIERS ? [] : [...guardrails(), ...(clean ? [] : plantedTiers())];
  if (tiers.length > 0) put("tiers.yaml", tiers);
  let left = policies - [...shared, ...tiers].filter(isPolicy).length;
  for (let index = 0; left > 0; index++) {
    const size = left < 60 ? left : 25 + Math.floor(random() * 26);
    left -= size;
    const { name, context, policies: own } = namespaceObjects(index, size, random, clean);
    put(`${name}/workloads.yaml`, context);
    if (index % 2 === 0) put(`${name}/policies.yaml`, own);
    else
      for (const [i, policy] of own.entries())
        put(`${name}/policy-${String(i).padStart(3, "0")}.yaml`, [policy]);
  }
  return { files, policies, planted: [...files].flatMap(([file, text]) => plantedIn(file, text)) };
}

export function writeRepo(folder: string, { files }: Repo): void {
  for (const [path, text] of files) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
}

function isPolicy(object: Value): boolean {
  return /NetworkPolicy$/.test((object as { kind: string }).kind);
}

function plantedIn(file: string, text: string): PlantedFinding[] {
  return text.split("\n").flatMap((line, i) => {
    const rules = line.split(PLANTED_COMMENT)[1]?.split(",") ?? [];
    return rules.map((rule) => ({ rule, file, line: i + 1 }));
  });
}

/** A linear congruential generator, so that a repository depends on nothing but its seed. From 0 to below 1. */
function randomNumbers(seed: number): () => number {
  let state = seed >>> 0;
  return () => (state = (Math.imul(state, 1664525) + 1013904223) >>> 0) / 2 ** 32;
}
