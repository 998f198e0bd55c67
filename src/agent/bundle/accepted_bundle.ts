/** A bundle that the node has accepted, as changes and objects of a session; and where it is kept on disk. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Bundle } from "../../bundle/bundle.js";
import { readBundle } from "../../bundle/read_bundle.js";
import { policySets } from "../../codegen/policy_set.js";
import type { Policy } from "../../ir/policy.js";
import type { Failure } from "../../node/failure.js";
import { failureOf } from "../../node/failure.js";
import { writeWhole } from "../../node/run_dir.js";
import type { ClusterChange } from "../../state/index/changes.js";
import { nameOf, setDigest } from "../../state/index/subjects/policy_store.js";
import type { SetObjects } from "../../state/index/subjects/programs.js";

export interface Enforced {
  readonly digest: string;
  readonly epoch: number;
}

export interface AcceptedBundle extends Enforced {
  readonly policies: readonly Policy[];
  readonly objects: SetObjects;
}

export function acceptedBundle(bundle: Bundle, epoch: number): AcceptedBundle {
  const compiled = new Map(bundle.manifest.sets.map((set) => [set.name, set]));
  const objects = policySets(bundle.policies).flatMap((set) => {
    const made = compiled.get(set.name);
    if (made?.form !== "specialised") return [];
    return [[setDigest(set), { object: join(bundle.dir, made.object), sha256: made.sha256 }] as const];
  });
  return {
    ...{ digest: bundle.manifest.digest, epoch, policies: placed(bundle) },
    objects: new Map(objects),
  };
}

/** Policies of a bundle have lost where they were written; its manifest has kept it. */
function placed({ manifest, policies }: Bundle): Policy[] {
  const sources = manifest.rules.map(({ source }) => source).values();
  return policies.map((policy, index): Policy => {
    const rules = policy.rules.map((rule) => ({ ...rule, span: placeOf(sources.next().value) }));
    return { ...policy, rules, span: placeOf(manifest.policies[index]?.source) };
  });
}

function placeOf(source: string | undefined) {
  return { file: source ?? "", start: 0, end: 0 };
}

/** What makes the policies of the first those of the second. */
export function changesBetween(before: readonly Policy[], after: readonly Policy[]): ClusterChange[] {
  const keyOf = (policy: Policy) => JSON.stringify(nameOf(policy));
  const kept = new Set(after.map(keyOf));
  return [
    ...before
      .filter((policy) => !kept.has(keyOf(policy)))
      .map((policy): ClusterChange => ({ kind: "policy-gone", policy: nameOf(policy) })),
    ...after.map((policy): ClusterChange => ({ kind: "policy", policy })),
  ];
}

/** What a node enforced last: nothing older is ever enforced. Undefined: nothing. */
export function lastEnforced(directory: string): Enforced | undefined {
  try {
    const { digest, epoch } = JSON.parse(readFileSync(recordPath(directory), "utf8")) as Enforced;
    return typeof digest === "string" && Number.isSafeInteger(epoch) ? { digest, epoch } : undefined;
  } catch {
    return undefined;
  }
}

/** That as a bundle. Undefined: it is damaged, or of another version of polc. */
export async function keptBundle(
  directory: string,
  { digest, epoch }: Enforced,
): Promise<AcceptedBundle | undefined> {
  try {
    const bundle = await readBundle(bundlePath(directory, digest));
    if (Array.isArray(bundle)) return undefined;
    const accepted = acceptedBundle(bundle as Bundle, epoch);
    return accepted.digest === digest ? accepted : undefined;
  } catch {
    return undefined;
  }
}

/** From now on this is what a node that starts enforces. */
export function keep(directory: string, { digest, epoch }: Enforced): Failure | undefined {
  try {
    writeWhole(recordPath(directory), JSON.stringify({ digest, epoch }));
    return undefined;
  } catch (error) {
    return failureOf(`writing ${recordPath(directory)}`, error);
  }
}

export function bundlePath(directory: string, digest: string): string {
  return join(directory, "bundles", digest.replace(/^sha256:/, "").slice(0, 16));
}

function recordPath(directory: string): string {
  return join(directory, "enforced.json");
}
