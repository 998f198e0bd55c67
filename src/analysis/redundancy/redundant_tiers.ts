/** Redundant rules of the admin and the baseline tier, where the first rule that matches decides. */
import type { Decided } from "../cover/decided.js";
import { DIRECTIONS, isUnordered } from "../cover/decided.js";
import { RegionIndex } from "../cover/region_index.js";
import { coveredBy } from "../cover/covered_by.js";
import type { RedundantRule } from "./redundant_rule.js";
import type { Region } from "../sets/region.js";
import { boxesOf, regionsMayIntersect } from "../sets/region.js";

/** `before`: what certainly decides flows of the region before this tier is evaluated. */
export function firstMatchTier(
  ordered: readonly Decided[],
  before: (region: Region) => readonly Decided[],
): readonly RedundantRule[] {
  return DIRECTIONS.flatMap((direction) => {
    const rules = ordered.filter(
      ({ region }) => region.direction === direction && boxesOf(region).length > 0,
    );
    return directedTier(rules, before);
  });
}

interface Found {
  readonly by: readonly Decided[];
  readonly earlierTier: boolean;
  readonly byLater: boolean;
}

/** From last to first, so that of two equal rules the later one is found. */
function directedTier(
  rules: readonly Decided[],
  before: (region: Region) => readonly Decided[],
): readonly RedundantRule[] {
  const found = new Map<Decided, Found>();
  const index = new RegionIndex(rules);
  for (const each of rules.toReversed()) {
    const early = before(each.region);
    const result = redundantBy(each, early, othersOf(each, index), found);
    if (result) found.set(each, result);
  }
  return [...found].map(([{ policy, rule }, { by, ...how }]) => {
    return { policy, rule: rule!, by: staying(by, found), ...how };
  });
}

/** The rules of its tier that may match the same as a rule, by evaluation time. */
interface Others {
  readonly earlier: readonly Decided[];
  /** Rules of other policies with its priority, which may be evaluated before or after it. */
  readonly unordered: readonly Decided[];
  readonly later: readonly Decided[];
}

function othersOf(each: Decided, index: RegionIndex): Others {
  const meeting = index
    .meeting(each.region)
    .filter((other) => other !== each && regionsMayIntersect(each.region, other.region));
  const isOrdered = ({ policy }: Decided) => !isUnordered(policy, each.policy);
  const isBefore = (other: Decided) => index.orderOf(other) < index.orderOf(each);
  const [before, after] = [meeting.filter(isBefore), meeting.filter((other) => !isBefore(other))];
  return {
    earlier: before.filter(isOrdered),
    unordered: [...before, ...after].filter((other) => !isOrdered(other)),
    later: after.filter(isOrdered),
  };
}

/**
 * 1. Everything it matches is decided before its tier is evaluated.
 * 2. Or earlier rules of its tier match all of it, preferably those with its own action, because then nothing contradicts it.
 * 3. Or other rules decide the rest as it does, in whichever order policies with equal priority are evaluated.
 */
function redundantBy(
  each: Decided,
  early: readonly Decided[],
  { earlier, unordered, later }: Others,
  found: ReadonlyMap<Decided, Found>,
): Found | undefined {
  const { region } = each;
  const byEarly = early.length > 0 ? coveredBy(region, early) : undefined;
  if (byEarly) return { by: byEarly, earlierTier: true, byLater: false };
  const isAlike = (other: Decided) => other.rule!.action === each.rule!.action;
  const same = earlier.filter(isAlike);
  // What decides early was just tried alone: there may be thousands of policies among it.
  const together = (others: readonly Decided[]) =>
    early.length > 0 && others.length === 0 ? undefined : coveredBy(region, [...early, ...others]);
  const byEarlier = together(same) ?? (same.length < earlier.length ? together(earlier) : undefined);
  if (byEarlier) return { by: byEarlier, earlierTier: false, byLater: false };
  if (!unordered.every(isAlike)) return undefined;
  const own = later.filter(({ policy }) => policy === each.policy);
  const stands = (other: Decided) => !found.has(other) && (other.logged || !each.logged);
  const beside = own.every(isAlike) ? unordered.filter(stands) : [];
  const alike = decidingAlike(each, later).filter(stands);
  if (beside.length + alike.length === 0) return undefined;
  const byOthers =
    coveredBy(region, [...early, ...same, ...beside, ...alike]) ??
    coveredBy(region, [...early, ...earlier, ...alike]);
  return byOthers && { by: byOthers, earlierTier: false, byLater: true };
}

/**
 * Of the later rules that may match what `each` does, those that decide as it does before any decides otherwise, and
 * whichever of the policies with the priority of that one is evaluated first. One that is redundant still ends them: it may be
 * left in its place.
 */
function decidingAlike(each: Decided, later: readonly Decided[]): readonly Decided[] {
  const isOther = ({ rule }: Decided) => rule!.action !== each.rule!.action;
  const end = later.findIndex(isOther);
  if (end < 0) return later;
  const others = later.filter(isOther);
  return later
    .slice(0, end)
    .filter(({ policy }) => !others.some((other) => isUnordered(policy, other.policy)));
}

/** What was itself found to be redundant stands for what decides in its place. */
function staying(by: readonly Decided[], found: ReadonlyMap<Decided, Found>): readonly Decided[] {
  const inPlace = (decided: Decided): readonly Decided[] => {
    const gone = found.get(decided);
    return gone ? gone.by.flatMap(inPlace) : [decided];
  };
  return [...new Set(by.flatMap(inPlace))];
}
