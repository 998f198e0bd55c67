/**
 * Policy sets that differ in names alone. Labels, namespaces and names of ports are compared and never read, so such sets give
 * the same verdicts once one's names are put in the place of the other's, and checking one of them checks them all.
 */
import type { Bundle } from "../bundle/bundle.js";
import type { ManifestSet } from "../bundle/manifest.js";
import type { PolicySet, TierRules } from "../codegen/policy_set.js";
import { policySets } from "../codegen/policy_set.js";
import { NAMESPACE_NAME_LABEL } from "../ir/inventory.js";
import type { NetworkPolicy } from "../ir/policy.js";

/** The policy sets in groups that are alike, each group where its first set stands. */
export function alikeSets({ manifest, policies }: Bundle): readonly (readonly ManifestSet[])[] {
  const content = new Map(policySets(policies).map((set) => [set.name, set]));
  const groups = new Map<string, ManifestSet[]>();
  for (const set of manifest.sets) {
    const id = identity(set, content.get(set.name)!);
    const group = groups.get(id);
    if (group) group.push(set);
    else groups.set(id, [set]);
  }
  return [...groups.values()];
}

/** Equal for two sets iff the same program or table decides for both, up to names. */
function identity(set: ManifestSet, { namespace, admin, networkPolicies, baseline }: PolicySet): string {
  const names = new Names();
  return JSON.stringify([
    set.form === "specialised" ? set.sha256 : "table",
    namespace === undefined ? null : names.of(namespace),
    admin.map((tier) => tierContent(tier, names)),
    networkPolicies.map((policy) => policyContent(policy, names)),
    baseline.map((tier) => tierContent(tier, names)),
  ]);
}

function tierContent({ policy, rules }: TierRules, names: Names): unknown {
  return [policy.logged, nameless(rules, names)];
}

function policyContent({ logged, isolates, subject, rules }: NetworkPolicy, names: Names): unknown {
  return [logged, isolates.ingress, isolates.egress, nameless([subject, ...rules], names)];
}

/** IR without spans, with numbers for names. */
function nameless(value: unknown, names: Names): unknown {
  if (Array.isArray(value)) return value.map((item) => nameless(item as unknown, names));
  if (typeof value !== "object" || value === null) return value;
  const node = value as Readonly<Record<string, unknown>>;
  const copy: Record<string, unknown> = {};
  for (const [key, inner] of Object.entries(node)) {
    if (key === "span" || key === "metadata" || key === "ruleName") continue;
    copy[key] =
      "operator" in node && key === "key"
        ? names.ofKey(inner as string)
        : "operator" in node && key === "values"
          ? (inner as readonly string[]).map((each) => names.of(each))
          : (node.kind === "name" || node.kind === "named") && key === "name"
            ? names.of(inner as string)
            : nameless(inner, names);
  }
  return copy;
}

/** Numbers for names, in the order in which they are met: equal names get equal numbers, and others get others. */
class Names {
  private readonly names = new Map<string, number>();
  private readonly keys = new Map<string, number>();

  of(name: string): number {
    return numberIn(this.names, name);
  }

  /** The label that every namespace has by itself means something: it keeps its name. */
  ofKey(key: string): number | string {
    return key === NAMESPACE_NAME_LABEL ? key : numberIn(this.keys, key);
  }
}

function numberIn(numbers: Map<string, number>, name: string): number {
  const known = numbers.get(name);
  if (known !== undefined) return known;
  numbers.set(name, numbers.size);
  return numbers.size - 1;
}
