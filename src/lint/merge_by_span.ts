import type { Decider } from "../analysis/cover/decided.js";
import type { Redundant, RedundantPolicy } from "../analysis/redundancy/redundant.js";
import type { RedundantRule } from "../analysis/redundancy/redundant_rule.js";
import { boxesOf } from "../analysis/sets/region.js";
import type { Policy } from "../ir/policy.js";
import type { Span } from "../source/span.js";

export interface RedundantPlaces extends Redundant {
  /** Is the rule, or the policy itself, at one of the places? */
  readonly has: (part: { readonly span: Span }) => boolean;
}

/**
 * One place in the source can make several rules: a TypeScript sentence makes one in each direction, and a sentence in a
 * loop many more. The place can be removed only if none of them has an effect, and then it is one finding. The same
 * holds for policies.
 */
export function mergeBySpan({ policies, rules }: Redundant, all: readonly Policy[]): RedundantPlaces {
  const gone = new Set<Policy>(policies.map(({ policy }) => policy));
  const redundant = new Set(rules.map(({ rule }) => rule));
  const files = new Set([
    ...policies.map(({ policy }) => policy.span.file),
    ...rules.map(({ rule }) => rule.span.file),
  ]);
  const needed = new Set<string>();
  for (const policy of all) {
    if (!files.has(policy.span.file) && !policy.rules.some(({ span }) => files.has(span.file))) continue;
    if (policy.tier === "networkpolicy" && !gone.has(policy)) needed.add(placeOf(policy.span));
    for (const rule of policy.rules) {
      if (!gone.has(policy) && !redundant.has(rule) && boxesOf(rule).length > 0)
        needed.add(placeOf(rule.span));
    }
  }
  const ofPolicies = byPlace(policies, ({ policy }) => policy.span, needed);
  const ofRules = byPlace(rules, ({ rule }) => rule.span, needed);
  return {
    policies: [...ofPolicies.values()].map(mergePolicies),
    rules: [...ofRules.values()].map(mergeRules),
    has: ({ span }) => files.has(span.file) && (ofRules.has(placeOf(span)) || ofPolicies.has(placeOf(span))),
  };
}

/** A key that identifies the place. */
export function placeOf({ file, start, end }: Span): string {
  return `${start}-${end} ${file}`;
}

function byPlace<T>(
  found: readonly T[],
  spanOf: (each: T) => Span,
  needed: ReadonlySet<string>,
): ReadonlyMap<string, readonly T[]> {
  const places = new Map<string, T[]>();
  for (const each of found) {
    const place = placeOf(spanOf(each));
    if (needed.has(place)) continue;
    const group = places.get(place);
    if (group) group.push(each);
    else places.set(place, [each]);
  }
  return places;
}

function mergePolicies(group: readonly RedundantPolicy[]): RedundantPolicy {
  return { ...group[0]!, by: deciders(group) };
}

function mergeRules(group: readonly RedundantRule[]): RedundantRule {
  return {
    ...group[0]!,
    by: deciders(group),
    earlierTier: group.every(({ earlierTier }) => earlierTier),
    byLater: group.some(({ byLater }) => byLater),
  };
}

/** Each place once, because notes show places. */
function deciders(group: readonly { readonly by: readonly Decider[] }[]): readonly Decider[] {
  const places = new Map<string, Decider>();
  for (const decider of group.flatMap(({ by }) => by)) {
    const place = placeOf(decider.rule?.span ?? decider.policy.span);
    if (!places.has(place)) places.set(place, decider);
  }
  return [...places.values()];
}
