/**
 * Rules and policies that decide nothing, in every possible cluster: all that they match, others decide already.
 *
 * What is found can be removed all at once and no verdict changes: rules are tried from the last written to the first,
 * and one that was found no longer counts as covering others. So of two equal rules the later one is found.
 */
import type { Direction, NetworkPolicy, Policy, Rule } from "../ir/policy.js";
import { cover } from "./cover.js";
import { tierOrder } from "./decide.js";
import { isContradictory, podsIntersect, textOf } from "./pod_conditions.js";
import type { Decided, Decider } from "./decided.js";
import { decidedByAdmin, isolationOf, rulesOf } from "./decided.js";
import type { Region } from "./region.js";
import { boxesOf } from "./region.js";

export interface NeedlessRule {
  readonly policy: Policy;
  readonly rule: Rule;
  /** They cover it together; none of them can be left out. */
  readonly by: readonly Decider[];
  /** All of them are of an earlier tier than the rule. */
  readonly earlierTier: boolean;
}

export interface NeedlessPolicy {
  readonly policy: NetworkPolicy;
  readonly by: readonly Decider[];
}

export interface Needless {
  readonly policies: readonly NeedlessPolicy[];
  /** Not those of the needless policies. */
  readonly rules: readonly NeedlessRule[];
}

/**
 * The policies must be of one cluster. Rules and policies that match nothing at all are not looked at. NetworkPolicies
 * are compared only with those of which `namespaceOf` says the same.
 */
export function findNeedless(
  policies: readonly Policy[],
  namespaceOf: (policy: NetworkPolicy) => string = ({ namespace }) => namespace,
): Needless {
  const allAdmin = tierOrder(policies, "admin").flatMap(rulesOf);
  const inAdmin = firstMatchTier(allAdmin, () => []);
  const admin = without(allAdmin, inAdmin);
  const ofNamespaces = [...byNamespace(policies, namespaceOf).values()].map((group) =>
    additiveTier(group, admin),
  );
  const redundant = ofNamespaces.flatMap((found) => found.policies);
  const gone = new Set<Policy>(redundant.map(({ policy }) => policy));
  const isolations = policies.flatMap((policy) =>
    policy.tier === "networkpolicy" && !gone.has(policy) ? isolationOf(policy) : [],
  );
  // A pod that a NetworkPolicy isolates in a direction never gets to the baseline tier.
  const inBaseline = firstMatchTier(tierOrder(policies, "baseline").flatMap(rulesOf), (region) => [
    ...decidedByAdmin(region, admin),
    ...isolations,
  ]);
  return {
    policies: redundant,
    rules: [...inAdmin, ...ofNamespaces.flatMap((found) => found.rules), ...inBaseline],
  };
}

function without(rules: readonly Decided[], found: readonly NeedlessRule[]): readonly Decided[] {
  const gone = new Set<Rule | undefined>(found.map(({ rule }) => rule));
  return rules.filter(({ rule }) => !gone.has(rule));
}

function byNamespace(
  policies: readonly Policy[],
  namespaceOf: (policy: NetworkPolicy) => string,
): Map<string, NetworkPolicy[]> {
  const groups = new Map<string, NetworkPolicy[]>();
  for (const policy of policies) {
    if (policy.tier !== "networkpolicy") continue;
    const namespace = namespaceOf(policy);
    const group = groups.get(namespace);
    if (group) group.push(policy);
    else groups.set(namespace, [policy]);
  }
  return groups;
}

function firstMatchTier(
  ordered: readonly Decided[],
  before: (region: Region) => readonly Decided[],
): readonly NeedlessRule[] {
  const found: NeedlessRule[] = [];
  const kept: Record<Direction, Decided[]> = { ingress: [], egress: [] };
  for (const each of ordered) {
    const { policy, rule, region } = each;
    const { direction } = region;
    if (!rule || boxesOf(region).length === 0) continue;
    const early = before(region);
    const byEarly = early.length > 0 ? coveredBy(region, early) : undefined;
    const by = byEarly ?? coveredBy(region, [...early, ...kept[direction]]);
    if (by) found.push({ policy, rule, by, earlierTier: byEarly !== undefined });
    else kept[direction].push(each);
  }
  return found;
}

/** The NetworkPolicies of one namespace. */
function additiveTier(group: readonly NetworkPolicy[], admin: readonly Decided[]): Needless {
  const matching = group.filter(({ subject }) => !isContradictory(subject)).sort(byPlace);
  const near = neighbours(matching);
  const kept = new Set(matching);
  const dropped: NetworkPolicy[] = [];
  for (const policy of [...matching].reverse()) {
    const others = near.get(policy)!.filter((other) => other !== policy && kept.has(other));
    if (
      !policyCoveredBy(
        policy,
        { isolations: others.flatMap(isolationOf), rules: others.flatMap(rulesOf) },
        admin,
      )
    )
      continue;
    kept.delete(policy);
    dropped.push(policy);
  }
  const rules = additiveRules([...kept], near, admin);
  // Only now is it known which rules stay: those are the ones to name.
  const gone = new Set(rules.map(({ rule }) => rule));
  const by = (policy: NetworkPolicy) => {
    const others = near.get(policy)!.filter((other) => kept.has(other));
    const staying = others.flatMap(rulesOf).filter(({ rule }) => !gone.has(rule!));
    return policyCoveredBy(policy, { isolations: others.flatMap(isolationOf), rules: staying }, admin) ?? [];
  };
  return { policies: dropped.map((policy) => ({ policy, by: by(policy) })), rules };
}

/**
 * For each policy those, itself among them, that may select one pod with it. Only they can cover anything of it. Policies
 * with one subject have one list.
 */
function neighbours(
  policies: readonly NetworkPolicy[],
): ReadonlyMap<NetworkPolicy, readonly NetworkPolicy[]> {
  const bySubject = new Map<string, readonly NetworkPolicy[]>();
  return new Map(
    policies.map((policy) => {
      const subject = textOf(policy.subject);
      let near = bySubject.get(subject);
      if (!near) {
        near = policies.filter((other) => podsIntersect(policy.subject, other.subject));
        bySubject.set(subject, near);
      }
      return [policy, near];
    }),
  );
}

function byPlace(a: { readonly span: Policy["span"] }, b: { readonly span: Policy["span"] }): number {
  return a.span.file === b.span.file ? a.span.start - b.span.start : a.span.file < b.span.file ? -1 : 1;
}

/**
 * What makes a NetworkPolicy needless: in each of its directions its pods are isolated without it, and its rules allow
 * nothing that others do not.
 */
function policyCoveredBy(
  policy: NetworkPolicy,
  others: { readonly isolations: readonly Decided[]; readonly rules: readonly Decided[] },
  admin: readonly Decided[],
): readonly Decider[] | undefined {
  const by = new Set<Decider>();
  const steps = [
    { targets: isolationOf(policy), candidates: others.isolations },
    { targets: rulesOf(policy), candidates: others.rules },
  ];
  for (const { targets, candidates } of steps)
    for (const { region, logged } of targets) {
      const found = coveredBy(region, [...decidedByAdmin(region, admin), ...loggedAs(logged, candidates)]);
      if (!found) return undefined;
      for (const decider of found) by.add(decider);
    }
  return [...by];
}

function loggedAs(logged: boolean, candidates: readonly Decided[]): readonly Decided[] {
  return logged ? candidates.filter((candidate) => candidate.logged) : candidates;
}

function additiveRules(
  policies: readonly NetworkPolicy[],
  near: ReadonlyMap<NetworkPolicy, readonly NetworkPolicy[]>,
  admin: readonly Decided[],
): readonly NeedlessRule[] {
  const all = policies.flatMap(rulesOf).filter(({ region }) => boxesOf(region).length > 0);
  const kept = new Set(all);
  const others = ({ policy, logged }: Decided) => {
    const candidates = near
      .get(policy as NetworkPolicy)!
      .flatMap(rulesOf)
      .filter((other) => kept.has(other));
    return loggedAs(logged, candidates);
  };
  const found: { each: Decided; earlierTier: boolean }[] = [];
  for (const each of [...all].sort((a, b) => byPlace(b.rule!, a.rule!))) {
    const early = decidedByAdmin(each.region, admin);
    kept.delete(each);
    const earlierTier = early.length > 0 && coveredBy(each.region, early) !== undefined;
    if (earlierTier || coveredBy(each.region, [...early, ...others(each)])) found.push({ each, earlierTier });
    else kept.add(each);
  }
  // Only now is it known which rules stay: those are the ones to name.
  return found.map(({ each, earlierTier }) => {
    const early = decidedByAdmin(each.region, admin);
    const by = coveredBy(each.region, earlierTier ? early : [...early, ...others(each)]) ?? [];
    return { policy: each.policy, rule: each.rule!, by, earlierTier };
  });
}

function coveredBy(region: Region, candidates: readonly Decided[]): readonly Decider[] | undefined {
  const result = cover(
    region,
    candidates.map((candidate) => candidate.region),
  );
  if (result.kind !== "complete") return undefined;
  return result.by.map((found) => candidates.find((candidate) => candidate.region === found)!);
}
