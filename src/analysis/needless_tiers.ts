/** Needless rules of the admin and the baseline tier, where the first rule that matches decides. */
import type { Decided } from "./decided.js";
import { DIRECTIONS } from "./decided.js";
import { coveredBy } from "./covered_by.js";
import type { NeedlessRule } from "./needless.js";
import type { Region } from "./region.js";
import { boxesOf, regionsMayIntersect } from "./region.js";

/** `before`: what surely decides flows of the region before this tier is asked. */
export function firstMatchTier(
  ordered: readonly Decided[],
  before: (region: Region) => readonly Decided[],
): readonly NeedlessRule[] {
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

/** From the last to the first, so that of two equal rules the later one is found. */
function directedTier(
  rules: readonly Decided[],
  before: (region: Region) => readonly Decided[],
): readonly NeedlessRule[] {
  const found = new Map<Decided, Found>();
  for (const [index, each] of [...rules.entries()].reverse()) {
    const near = (other: Decided) => regionsMayIntersect(each.region, other.region);
    const early = before(each.region);
    const earlier = rules.slice(0, index).filter(near);
    const later = rules.slice(index + 1).filter(near);
    const result = needlessBy(each, early, earlier, decidingAlike(each, later, found));
    if (result) found.set(each, result);
  }
  return [...found].map(([{ policy, rule }, { by, ...how }]) => {
    return { policy, rule: rule!, by: staying(by, found), ...how };
  });
}

/**
 * 1. All that it matches is decided before its tier is asked.
 * 2. Or earlier rules of its tier match it: those of its own action if they do alone, since then nothing contradicts it.
 * 3. Or what earlier rules leave of it, later rules decide as it does.
 */
function needlessBy(
  each: Decided,
  early: readonly Decided[],
  earlier: readonly Decided[],
  alike: readonly Decided[],
): Found | undefined {
  const { region } = each;
  const byEarly = early.length > 0 ? coveredBy(region, early) : undefined;
  if (byEarly) return { by: byEarly, earlierTier: true, byLater: false };
  const same = earlier.filter(({ rule }) => rule!.action === each.rule!.action);
  const byEarlier = coveredBy(region, [...early, ...same]) ?? coveredBy(region, [...early, ...earlier]);
  if (byEarlier) return { by: byEarlier, earlierTier: false, byLater: false };
  if (alike.length === 0) return undefined;
  const byLater = coveredBy(region, [...early, ...earlier, ...alike]);
  return byLater && { by: byLater, earlierTier: false, byLater: true };
}

/**
 * Of the later rules that may match what `each` does, those that decide as it does before any decides otherwise. One that
 * is needless still ends them: it may be left in its place.
 */
function decidingAlike(
  each: Decided,
  later: readonly Decided[],
  found: ReadonlyMap<Decided, Found>,
): readonly Decided[] {
  const end = later.findIndex(({ rule }) => rule!.action !== each.rule!.action);
  return (end < 0 ? later : later.slice(0, end)).filter(
    (other) => !found.has(other) && (other.logged || !each.logged),
  );
}

/** What was itself found to be needless stands for what decides in its place. */
function staying(by: readonly Decided[], found: ReadonlyMap<Decided, Found>): readonly Decided[] {
  const inPlace = (decided: Decided): readonly Decided[] => {
    const gone = found.get(decided);
    return gone ? gone.by.flatMap(inPlace) : [decided];
  };
  return [...new Set(by.flatMap(inPlace))];
}
