/**
 * Rules and policies without effect in any possible cluster, because others already decide everything they match.
 *
 * All of them can be removed together without changing a verdict: rules are tried from last to first, and a redundant one
 * no longer covers others. So of two equal rules the later one is found.
 */
import type { NetworkPolicy, Policy, Rule } from "../../ir/policy.js";
import type { Flow } from "../semantics/decide.js";
import { matches, tierOrder } from "../semantics/decide.js";
import { isContradictory, podsWithin } from "../sets/pod_conditions.js";
import type { Decided, Decider } from "../cover/decided.js";
import {
  decidedByAdmin,
  DIRECTIONS,
  isDefaultDeny,
  isolationOf,
  rulesOf,
  rulesOfDirection,
} from "../cover/decided.js";
import { coveredBy } from "../cover/covered_by.js";
import { FlowIndex } from "../cover/flow_index.js";
import type { Neighbours } from "./neighbours.js";
import { Neighbourhood } from "./neighbours.js";
import type { RedundantRule } from "./redundant_rule.js";
import { firstMatchTier } from "./redundant_tiers.js";
import { plainestFlow } from "../cover/plainest_flow.js";
import { boxesOf } from "../sets/region.js";

export interface RedundantPolicy {
  readonly policy: NetworkPolicy;
  readonly by: readonly Decider[];
}

export interface Redundant {
  readonly policies: readonly RedundantPolicy[];
  /** Not those of the redundant policies. */
  readonly rules: readonly RedundantRule[];
}

/**
 * The policies must belong to one cluster. Rules and policies that match nothing are ignored. NetworkPolicies are compared
 * only with those of the same `namespaceOf`.
 */
export function findRedundant(
  policies: readonly Policy[],
  namespaceOf: (policy: NetworkPolicy) => string = ({ namespace }) => namespace,
): Redundant {
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
  // A pod that a NetworkPolicy isolates in a direction never reaches the baseline tier.
  const inBaseline = firstMatchTier(tierOrder(policies, "baseline").flatMap(rulesOf), (region) => [
    ...decidedByAdmin(region, admin),
    ...isolations,
  ]);
  return {
    policies: redundant,
    rules: [...inAdmin, ...ofNamespaces.flatMap((found) => found.rules), ...inBaseline],
  };
}

function without(rules: readonly Decided[], found: readonly RedundantRule[]): readonly Decided[] {
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

/** The NetworkPolicies of one namespace. */
function additiveTier(group: readonly NetworkPolicy[], admin: readonly Decided[]): Redundant {
  const matching = group.filter(({ subject }) => !isContradictory(subject)).sort(byPlace);
  const needed = neededRules(matching, admin);
  const neighbours = new Neighbourhood(matching);
  const kept = new Set<Policy>(matching);
  const dropped: NetworkPolicy[] = [];
  for (const policy of [...matching].reverse()) {
    if (rulesOf(policy).some((rule) => needed.has(rule))) continue;
    kept.delete(policy);
    if (policyCoveredBy(policy, neighbours.of(policy.subject), (other) => kept.has(other.policy), admin))
      dropped.push(policy);
    else kept.add(policy);
  }
  const rules = additiveRules(
    matching.filter((policy) => kept.has(policy)),
    neighbours,
    needed,
    admin,
  );
  // Only now it is known which rules stay, and only those are named.
  const gone = new Set<Rule | undefined>(rules.map(({ rule }) => rule));
  const stays = ({ policy, rule }: Decided) => kept.has(policy) && !gone.has(rule);
  const by = (policy: NetworkPolicy) =>
    policyCoveredBy(policy, neighbours.of(policy.subject), stays, admin) ?? [];
  return { policies: dropped.map((policy) => ({ policy, by: by(policy) })), rules };
}

/**
 * Rules with a flow that no other rules decide together, which are never redundant. That is most rules, and for most of
 * them a single flow proves it.
 */
function neededRules(policies: readonly NetworkPolicy[], admin: readonly Decided[]): ReadonlySet<Decided> {
  const needed = new Set<Decided>();
  for (const direction of DIRECTIONS) {
    const rules = rulesOfDirection(policies, direction);
    const index = new FlowIndex(direction, rules);
    const early = admin.filter(({ region }) => region.direction === direction);
    const isNeeded = (rule: Decided, flow: Flow | undefined) =>
      flow && index.isAlone(rule, flow) && !early.some((each) => matches(each.rule!, flow));
    for (const rule of rules)
      if (boxesOf(rule.region).some((box) => isNeeded(rule, plainestFlow(box)))) needed.add(rule);
  }
  return needed;
}

function byPlace(a: { readonly span: Policy["span"] }, b: { readonly span: Policy["span"] }): number {
  return a.span.file === b.span.file ? a.span.start - b.span.start : a.span.file < b.span.file ? -1 : 1;
}

/**
 * A NetworkPolicy is redundant if others allow everything its rules allow, and isolate its pods in each of its directions.
 * A default deny, which allows nothing, is redundant only beside another one: beside policies that allow, it keeps
 * everything else closed when one of them is removed.
 */
function policyCoveredBy(
  policy: NetworkPolicy,
  neighbours: Neighbours,
  stays: (other: Decided) => boolean,
  admin: readonly Decided[],
): readonly Decider[] | undefined {
  const by = new Set<Decider>();
  const steps = [
    { targets: rulesOf(policy), othersOf: ({ region }: Decided) => neighbours.rulesMeeting(region) },
    {
      targets: isolationOf(policy),
      othersOf: () => (isDefaultDeny(policy) ? neighbours.denials : neighbours.isolations),
    },
  ];
  for (const { targets, othersOf } of steps)
    for (const target of targets) {
      const early = decidedByAdmin(target.region, admin);
      const others = othersOf(target);
      // Thousands of policies may isolate the same pods: stop at the first one that stays.
      const standsIn = (other: Decided) => isolatesAlike(target, other) && stays(other);
      const alone =
        early.length === 0 &&
        (others.find((other) => isNamed(other.policy, by) && standsIn(other)) ?? others.find(standsIn));
      const found = alone
        ? [alone]
        : coveredBy(target.region, [...early, ...candidates(target, others, stays)]);
      if (!found) return undefined;
      for (const decider of found) by.add(decider);
    }
  return [...by];
}

function isNamed(policy: Policy, by: Iterable<Decider>): boolean {
  for (const decider of by) if (decider.policy === policy) return true;
  return false;
}

/** Both isolate, the other one at least the same pods. */
function isolatesAlike(target: Decided, other: Decided): boolean {
  return (
    !target.rule &&
    !other.rule &&
    mayStandIn(target, other) &&
    podsWithin(target.region.subject, other.region.subject)
  );
}

/** Of its direction, and logged if it is. */
function mayStandIn({ region, logged }: Decided, other: Decided): boolean {
  return other.region.direction === region.direction && (!logged || other.logged);
}

function candidates(
  target: Decided,
  others: readonly Decided[],
  stays: (other: Decided) => boolean,
): readonly Decided[] {
  return others.filter((other) => mayStandIn(target, other) && stays(other));
}

function additiveRules(
  policies: readonly NetworkPolicy[],
  neighbours: Neighbourhood,
  needed: ReadonlySet<Decided>,
  admin: readonly Decided[],
): readonly RedundantRule[] {
  const all = policies.flatMap(rulesOf).filter(({ region }) => boxesOf(region).length > 0);
  const kept = new Set(all);
  const others = (each: Decided) =>
    candidates(each, neighbours.of(each.region.subject).rulesMeeting(each.region), (other) =>
      kept.has(other),
    );
  const found: { each: Decided; earlierTier: boolean }[] = [];
  const doubtful = all.filter((each) => !needed.has(each));
  for (const each of doubtful.sort((a, b) => byPlace(b.rule!, a.rule!))) {
    const early = decidedByAdmin(each.region, admin);
    kept.delete(each);
    const earlierTier = early.length > 0 && coveredBy(each.region, early) !== undefined;
    if (earlierTier || coveredBy(each.region, [...early, ...others(each)])) found.push({ each, earlierTier });
    else kept.add(each);
  }
  // Only now it is known which rules stay, and only those are named.
  return found.map(({ each, earlierTier }) => {
    const early = decidedByAdmin(each.region, admin);
    const by = coveredBy(each.region, earlierTier ? early : [...early, ...others(each)]) ?? [];
    return { policy: each.policy, rule: each.rule!, by, earlierTier, byLater: false };
  });
}
