import type { PodMatch } from "../../ir/policy.js";
import { contentOf } from "../../analysis/sides/content.js";
import { conflict } from "../last_priority.js";
import { MAX_ENTRIES } from "./tier_rule.js";
import type { TierRule } from "./tier_rule.js";

/** What becomes one ClusterNetworkPolicy. */
export interface TierObject {
  readonly subject: PodMatch;
  /** How much later than the policy's own priority it must be evaluated. */
  readonly level: number;
  readonly ingress: readonly TierRule[];
  readonly egress: readonly TierRule[];
}

/**
 * Rules by subject and level. Each rule gets the lowest level at which the order of all conflicting ones is kept: not
 * before that of an earlier one with its own subject, and after that of an earlier one with another subject.
 */
export function splitRules(rules: readonly TierRule[]): readonly TierObject[] {
  const objects: { subject: PodMatch; level: number; ingress: TierRule[]; egress: TierRule[] }[] = [];
  const placed: { rule: TierRule; subject: string; level: number }[] = [];
  for (const rule of rules) {
    const subject = contentOf(rule.source.subject);
    let level = 0;
    for (const earlier of placed)
      if (conflict(earlier.rule.source, rule.source))
        level = Math.max(level, earlier.subject === subject ? earlier.level : earlier.level + 1);
    const { direction } = rule.source;
    const fits = (at: number) =>
      objects.find((object) => contentOf(object.subject) === subject && object.level === at);
    let object = fits(level);
    while (object && object[direction].length === MAX_ENTRIES) object = fits(++level);
    if (!object) {
      object = { subject: rule.source.subject, level, ingress: [], egress: [] };
      objects.push(object);
    }
    object[direction].push(rule);
    placed.push({ rule, subject, level });
  }
  return objects.sort((a, b) => a.level - b.level);
}
