/** What policies decide, as regions that can be compared. */
import type { Direction, NetworkPolicy, Policy, Rule } from "../../ir/policy.js";
import type { Region } from "../sets/region.js";
import { regionsMayIntersect } from "../sets/region.js";

/** What decides in place of a redundant rule: a rule of a policy, or a policy that isolates the pods (no `rule`). */
export interface Decider {
  readonly policy: Policy;
  readonly rule?: Rule;
}

/** A region that decides, and whose it is. */
export interface Decided extends Decider {
  readonly region: Region;
  /** What it decides is logged, so a logged rule is not redundant because of one that is not. */
  readonly logged: boolean;
}

export const DIRECTIONS = ["ingress", "egress"] as const;

const knownRules = new WeakMap<Policy, readonly Decided[]>();

/** Cached, as the isolations are: a policy is compared with every other of its namespace. */
export function rulesOf(policy: Policy): readonly Decided[] {
  let rules = knownRules.get(policy);
  if (!rules) {
    rules = policy.rules.map((rule) => ({
      policy,
      rule,
      region: rule,
      logged: rule.logged || policy.logged,
    }));
    knownRules.set(policy, rules);
  }
  return rules;
}

export function rulesOfDirection(policies: readonly Policy[], direction: Direction): readonly Decided[] {
  return policies.flatMap((policy) => rulesOf(policy).filter(({ region }) => region.direction === direction));
}

const knownIsolations = new WeakMap<NetworkPolicy, readonly Decided[]>();

/** The regions in which a NetworkPolicy isolates its pods: every peer and port. */
export function isolationOf(policy: NetworkPolicy): readonly Decided[] {
  let isolations = knownIsolations.get(policy);
  if (!isolations) {
    const { subject, logged } = policy;
    isolations = DIRECTIONS.filter((direction) => policy.isolates[direction]).map((direction) => {
      return { policy, region: { direction, subject }, logged };
    });
    knownIsolations.set(policy, isolations);
  }
  return isolations;
}

export function isDefaultDeny({ tier, rules }: Policy): boolean {
  return tier === "networkpolicy" && rules.length === 0;
}

/** Admin rules that decide, whatever the later tiers say. A pass that may meet the region ends what is sure. */
export function decidedByAdmin(region: Region, admin: readonly Decided[]): readonly Decided[] {
  const relevant = admin.filter((decided) => regionsMayIntersect(region, decided.region));
  const passes = relevant.filter(({ rule }) => rule?.action === "pass");
  if (passes.length === 0) return relevant;
  return relevant
    .slice(0, relevant.indexOf(passes[0]!))
    .filter((decided) => !passes.some((pass) => isUnordered(decided.policy, pass.policy)));
}

/** Is the order of two policies of one tier undefined? */
export function isUnordered(a: Policy, b: Policy): boolean {
  return (
    a !== b &&
    a.tier !== "networkpolicy" &&
    b.tier !== "networkpolicy" &&
    a.tier === b.tier &&
    a.priority === b.priority
  );
}
