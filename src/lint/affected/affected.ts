/**
 * Which findings may be others after some files have changed that hold nothing but NetworkPolicies.
 *
 * 1. A finding about a policy depends on the policies of its namespace, on the tiers, on the inventory, and through the
 *    other ends of its rules on the policies of the namespaces that these name (`OtherEnd`).
 * 2. A finding about anything else (tiers, pods) depends, of NetworkPolicies, on which pods they isolate, and which of them
 *    are redundant: on `PolicyFacts.isolation`.
 * 3. What scopes there are depends on the places and names of all policies, and on nothing else of them.
 */
import type { PolicyFacts } from "./facts.js";

export interface Affected {
  /** Their findings are made anew. */
  readonly files: ReadonlySet<string>;
  /** Their policies decide at the other ends. */
  readonly beside: ReadonlySet<string>;
}

/** Do policies elsewhere see the same of the file as before? */
export function isAlikeForOthers(before: PolicyFacts, after: PolicyFacts): boolean {
  return (
    before.isPlain &&
    after.isPlain &&
    before.isolation === after.isolation &&
    JSON.stringify(before.policies) === JSON.stringify(after.policies)
  );
}

/** Undefined if too much may depend on them. `facts` are those after the change. */
export function affectedBy(
  changed: ReadonlySet<string>,
  facts: ReadonlyMap<string, PolicyFacts>,
): Affected | undefined {
  const touched = new Set([...changed].flatMap((file) => facts.get(file)!.namespaces));
  const within = new Set(touched);
  for (const { namespaces, peers } of facts.values())
    if (peers.some((name) => touched.has(name))) for (const name of namespaces) within.add(name);
  const files = new Set<string>();
  for (let size = -1; size < files.size;) {
    size = files.size;
    for (const [file, { namespaces }] of facts)
      if (!files.has(file) && namespaces.some((name) => within.has(name))) {
        files.add(file);
        for (const name of namespaces) within.add(name);
      }
  }
  if ([...files].some((file) => facts.get(file)!.hasTier)) return undefined;
  const ends = new Set([...files].flatMap((file) => facts.get(file)!.peers));
  const beside = [...facts].flatMap(([file, { namespaces }]) =>
    namespaces.some((name) => ends.has(name)) && !files.has(file) ? [file] : [],
  );
  return { files, beside: new Set(beside) };
}
