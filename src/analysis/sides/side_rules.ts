/** What two policy sets say about one subject, side by side. */
import type { Peer, Rule } from "../../ir/policy.js";
import { isEmptyPeer } from "../sets/region.js";
import { contentOf, distinct } from "./content.js";
import type { SideRules } from "./policy_index.js";

/** The rules that only one side has, or that stand elsewhere. `isolation`: only one side isolates the subject. */
export interface RuleChange {
  readonly isolation: boolean;
  readonly before: readonly Rule[];
  readonly after: readonly Rule[];
}

/** A flow that none of these rules matches is decided alike by both, unless the isolation changed. */
export function ruleChange(before: SideRules, after: SideRules): RuleChange {
  const [was, is] = [before, after].map(({ isolatedBy }) => isolatedBy.length > 0);
  const isolation = was !== is;
  const tiers = was && is ? (["admin"] as const) : (["admin", "baseline"] as const);
  const ordered = tiers.map((tier) => withoutCommonEnds(before[tier], after[tier]));
  return {
    isolation,
    before: [...ordered.flatMap((each) => each.before), ...without(before.allows, after.allows)],
    after: [...ordered.flatMap((each) => each.after), ...without(after.allows, before.allows)],
  };
}

export function isChanged({ isolation, before, after }: RuleChange): boolean {
  return isolation || before.length > 0 || after.length > 0;
}

/** The peers of the changed rules, each once; undefined stands for every peer. Peers that nothing can be are left out. */
export function changedPeers({ isolation, before, after }: RuleChange): readonly (Peer | undefined)[] {
  const rules = [...before, ...after];
  if (isolation || rules.some(({ peers }) => !peers)) return [undefined];
  return distinct(rules.flatMap(({ peers }) => peers ?? [])).filter((peer) => !isEmptyPeer(peer));
}

export function rulesOf({ admin, allows, baseline }: SideRules): readonly Rule[] {
  return [...admin, ...allows, ...baseline];
}

/** How many names of one port can matter: see `portPoints`. Each verdict needs at most one, and one more to be passed on. */
export function namesThatMatter(...sides: readonly SideRules[]): number {
  const inTiers = sides.flatMap(({ admin, baseline }) => [...admin, ...baseline]);
  if (inTiers.length === 0) return sides.length / 2;
  const passesByName = inTiers.some(
    ({ action, ports }) => action === "pass" && ports?.some(({ kind }) => kind === "named"),
  );
  return passesByName ? 2 * sides.length : sides.length;
}

function without(rules: readonly Rule[], others: readonly Rule[]): readonly Rule[] {
  // Rules of a policy that did not change are often the very same objects.
  const same = new Set(others);
  const apart = rules.filter((rule) => !same.has(rule));
  if (apart.length === 0) return apart;
  const known = new Set(others.map(contentOf));
  return apart.filter((rule) => !known.has(contentOf(rule)));
}

function isAlike(a: Rule, b: Rule): boolean {
  return a === b || contentOf(a) === contentOf(b);
}

/** Rules in order, less what both lists begin and end with alike. */
function withoutCommonEnds(before: readonly Rule[], after: readonly Rule[]) {
  const shorter = Math.min(before.length, after.length);
  let start = 0;
  while (start < shorter && isAlike(before[start]!, after[start]!)) start++;
  let end = 0;
  while (end < shorter - start && isAlike(before.at(-1 - end)!, after.at(-1 - end)!)) end++;
  return {
    before: before.slice(start, before.length - end),
    after: after.slice(start, after.length - end),
  };
}
