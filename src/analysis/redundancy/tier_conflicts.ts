/** Rules of one tier that decide the same flows differently, so that their order decides. */
import type { Policy, TierPolicy } from "../../ir/policy.js";
import { cover } from "../cover/cover.js";
import type { Flow } from "../semantics/decide.js";
import { decideSide, tierOrder } from "../semantics/decide.js";
import type { Decided } from "../cover/decided.js";
import { decidedByAdmin, isolationOf, isUnordered, rulesOf } from "../cover/decided.js";
import { RegionIndex } from "../cover/region_index.js";
import { sureOverlap } from "../cover/overlap.js";
import type { Region } from "../sets/region.js";
import { regionsMayIntersect } from "../sets/region.js";

export interface Conflict {
  readonly earlier: Decided;
  readonly later: Decided;
  /** A flow that both match, and no earlier rule does. */
  readonly witness: Flow;
}

/**
 * Pairs of rules in different policies with equal priority and different actions: the Network Policy API does not define
 * which one decides. Flows that an earlier priority, tier or rule of either policy decides do not count. At most one pair
 * per two policies.
 */
export function ambiguousPairs(policies: readonly Policy[]): readonly Conflict[] {
  return TIERS.flatMap((tier) => {
    const ordered = tierOrder(policies, tier);
    if (ordered.length < 2) return [];
    const before = beforeTier(policies, tier);
    return ordered.flatMap((policy, index) => {
      const smaller = ordered.slice(0, index);
      const equal = smaller.filter(({ priority }) => priority === policy.priority);
      const earlier = smaller.filter(({ priority }) => priority < policy.priority).flatMap(rulesOf);
      return equal.flatMap((other) => {
        const conflict = firstConflict(other, policy, (region) => [...before(region), ...earlier]);
        return conflict && isDecided(policies, conflict) ? [conflict] : [];
      });
    });
  });
}

const TIERS = ["admin", "baseline"] as const;

/** What certainly decides flows before the tier is evaluated. */
function beforeTier(
  policies: readonly Policy[],
  tier: "admin" | "baseline",
): (region: Region) => readonly Decided[] {
  if (tier === "admin") return () => [];
  const admin = tierOrder(policies, "admin").flatMap(rulesOf);
  const isolations = policies.flatMap((policy) =>
    policy.tier === "networkpolicy" ? isolationOf(policy) : [],
  );
  return (region) => [...decidedByAdmin(region, admin), ...isolations];
}

function firstConflict(
  a: TierPolicy,
  b: TierPolicy,
  before: (region: Region) => readonly Decided[],
): Conflict | undefined {
  const [own, others] = [rulesOf(b), rulesOf(a)];
  for (const [index, later] of own.entries())
    for (const [at, earlier] of others.entries()) {
      const witness = witnessOf(earlier, later, (region) => [
        ...before(region),
        ...others.slice(0, at),
        ...own.slice(0, index),
      ]);
      if (witness) return { earlier, later, witness };
    }
  return undefined;
}

/**
 * Pairs of rules of one tier whose actions differ, such that each matches flows that the other does not, and both match
 * some that no rule before them does: swapped, they would decide these otherwise. Not those of `ambiguousPairs`.
 */
export function correlatedPairs(policies: readonly Policy[]): readonly Conflict[] {
  return TIERS.flatMap((tier) => {
    const rules = tierOrder(policies, tier).flatMap(rulesOf);
    const before = beforeTier(policies, tier);
    const index = new RegionIndex(rules);
    return rules.flatMap((later, end) =>
      index.meeting(later.region).flatMap((earlier) => {
        const at = index.orderOf(earlier);
        if (at >= end || isUnordered(earlier.policy, later.policy)) return [];
        const witness = witnessOf(earlier, later, (region) => [...before(region), ...rules.slice(0, at)]);
        if (!witness || isWithin(earlier, later) || isWithin(later, earlier)) return [];
        const conflict = { earlier, later, witness };
        return isDecided(policies, conflict) ? [conflict] : [];
      }),
    );
  });
}

/**
 * The tier is asked about the witness, and the earlier rule decides. A pass of the admin tier that only may meet a region
 * ends what is sure of it, so a witness can be one that a later rule of that tier decides.
 */
function isDecided(policies: readonly Policy[], { earlier, witness }: Conflict): boolean {
  if (earlier.policy.tier === "admin") return true;
  const { tier, rules } = decideSide(policies, earlier.region.direction, witness);
  return earlier.rule!.action === "pass" ? tier === undefined : rules[0]?.rule === earlier.rule;
}

function witnessOf(a: Decided, b: Decided, before: (region: Region) => readonly Decided[]): Flow | undefined {
  if (a.rule!.action === b.rule!.action || !regionsMayIntersect(a.region, b.region)) return undefined;
  for (const overlap of sureOverlap(a.region, b.region)) {
    const result = cover(
      overlap,
      before(overlap).map(({ region }) => region),
    );
    if (result.kind === "open") return result.witness;
  }
  return undefined;
}

/** Or so it may be. */
function isWithin(a: Decided, b: Decided): boolean {
  return cover(a.region, [b.region]).kind !== "open";
}
