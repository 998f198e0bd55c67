/** Which policies go into which object: one set a namespace with NetworkPolicies, one for all other namespaces. */
import { tierOrder } from "../analysis/semantics/decide.js";
import type { NetworkPolicy, Policy, Rule, TierPolicy } from "../ir/policy.js";

/** The policies compiled into one object file, which can concern pods of the namespaces it serves. */
export interface PolicySet {
  /** Unique; of the characters a-z, 0-9, `-` and `.`. */
  readonly name: string;
  /** The namespace whose pods it serves; undefined: every namespace without a set of its own. */
  readonly namespace?: string;
  /** In order of evaluation, with the rules that can concern these pods. */
  readonly admin: readonly TierRules[];
  readonly networkPolicies: readonly NetworkPolicy[];
  readonly baseline: readonly TierRules[];
}

/** A tier policy's rules, in order, without those whose subjects are pods of other namespaces. */
export interface TierRules {
  readonly policy: TierPolicy;
  readonly rules: readonly Rule[];
}

/** The policies in the order in which a bundle keeps them; equal input in other files gives the same order. */
export function bundleOrder(policies: readonly Policy[]): readonly Policy[] {
  const networkPolicies = policies.filter((policy) => policy.tier === "networkpolicy");
  networkPolicies.sort((a, b) => compare(a.namespace, b.namespace) || compare(a.name, b.name));
  return [...tierOrder(policies, "admin"), ...networkPolicies, ...tierOrder(policies, "baseline")];
}

/** The sets, by name of their namespaces; the set of all other namespaces is last, if a tier concerns them. */
export function policySets(policies: readonly Policy[]): readonly PolicySet[] {
  const byNamespace = new Map<string, NetworkPolicy[]>();
  for (const policy of policies) {
    if (policy.tier !== "networkpolicy") continue;
    const list = byNamespace.get(policy.namespace);
    if (list) list.push(policy);
    else byNamespace.set(policy.namespace, [policy]);
  }
  const names = [...byNamespace.keys()].sort(compare);
  const tiers = policies.filter(({ tier }) => tier !== "networkpolicy");
  const sets = names.map((name) =>
    setOf(name, name, tiers, byNamespace.get(name)!, (other) => other === name),
  );
  const rest = setOf(restName(names), undefined, tiers, [], (other) => !byNamespace.has(other));
  return rest.admin.length + rest.baseline.length > 0 ? [...sets, rest] : sets;
}

/** One set alone. `policies`: of these the tiers are taken. */
export function setOf(
  name: string,
  namespace: string | undefined,
  policies: readonly Policy[],
  networkPolicies: readonly NetworkPolicy[],
  serves: (namespace: string) => boolean,
): PolicySet {
  const concerning = (tier: "admin" | "baseline"): TierRules[] =>
    tierOrder(policies, tier)
      .map((policy) => ({ policy, rules: policy.rules.filter((rule) => concerns(rule, serves)) }))
      .filter(({ rules }) => rules.length > 0);
  return {
    name,
    ...(namespace !== undefined && { namespace }),
    admin: concerning("admin"),
    networkPolicies,
    baseline: concerning("baseline"),
  };
}

/** A namespace selector can select any namespace; a name is one of those served or not. */
function concerns(rule: Rule, serves: (namespace: string) => boolean): boolean {
  const { namespaces } = rule.subject;
  return namespaces.kind === "selector" || serves(namespaces.name);
}

/** The name of the set of all other namespaces. No namespace has a dot in its name. */
export function restName(taken: readonly string[]): string {
  return ["cluster", "cluster-tiers"].find((name) => !taken.includes(name)) ?? "cluster.tiers";
}

/** Every policy of the set, in order of evaluation. */
export function policiesOf(set: PolicySet): readonly Policy[] {
  return [
    ...set.admin.map(({ policy }) => policy),
    ...set.networkPolicies,
    ...set.baseline.map(({ policy }) => policy),
  ];
}

/** Every rule of the set, in order of evaluation. */
export function rulesOf(set: PolicySet): readonly Rule[] {
  return [...set.admin, ...set.networkPolicies, ...set.baseline].flatMap(({ rules }) => rules);
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
