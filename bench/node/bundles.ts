/** Compiled policy sets of the node's namespaces: as they are, and with another port in each policy that has one. */
import { join } from "node:path";
import { buildBundle } from "../../src/bundle/build_bundle.js";
import type { Bundle } from "../../src/bundle/bundle.js";
import { policySets } from "../../src/codegen/policy_set.js";
import type { NetworkPolicy, Policy } from "../../src/ir/policy.js";
import { SourceMap } from "../../src/source/source_file.js";
import type { FirstState } from "../../src/state/index/node_index.js";
import { setDigest } from "../../src/state/index/subjects/policy_store.js";
import type { SetObjects } from "../../src/state/index/subjects/programs.js";
import { changed } from "./inputs.js";

export interface Compiled {
  readonly shell: { readonly path: string; readonly sha256: string };
  /** Of both kinds of sets. */
  readonly objects: SetObjects;
  /** For each namespace a policy as it is, and with its other port. */
  readonly variants: readonly (readonly [NetworkPolicy, NetworkPolicy])[];
}

export async function compileSets(first: FirstState, directory: string): Promise<Compiled> {
  const here = new Set(first.local.map(({ pod }) => pod.namespace));
  const asTheyAre = first.policies.filter(
    (policy) => policy.tier !== "networkpolicy" || here.has(policy.namespace),
  );
  const variants = asTheyAre.flatMap((policy) =>
    policy.tier === "networkpolicy" && policy.name === "web" ? [[policy, changed(policy, 0)] as const] : [],
  );
  const others = new Map<Policy, Policy>(variants);
  const kinds = [asTheyAre, asTheyAre.map((policy) => others.get(policy) ?? policy)];
  const objects = new Map<string, { object: string; sha256: string }>();
  let bundle: Bundle | undefined;
  for (const [i, policies] of kinds.entries()) {
    bundle = await build(policies, join(directory, `sets-${i}`), join(directory, "objects"));
    for (const [digest, object] of objectsOf(bundle)) objects.set(digest, object);
  }
  const { file, sha256 } = bundle!.manifest.shell;
  return { shell: { path: join(bundle!.dir, file), sha256 }, objects, variants };
}

async function build(policies: readonly Policy[], out: string, cacheDir: string): Promise<Bundle> {
  const built = await buildBundle(policies, new SourceMap(), out, { cacheDir, form: "specialised" });
  if (Array.isArray(built)) throw new Error(built.map(({ message }) => message).join("; "));
  return built;
}

function objectsOf({ dir, manifest, policies }: Bundle) {
  const compiled = new Map(manifest.sets.map((set) => [set.name, set]));
  return policySets(policies).flatMap((set) => {
    const made = compiled.get(set.name);
    if (made?.form !== "specialised") return [];
    return [[setDigest(set), { object: join(dir, made.object), sha256: made.sha256 }] as const];
  });
}
