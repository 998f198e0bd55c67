/** A BaselineAdminNetworkPolicy has no priority and comes last. In another format it needs one. */
import type { Policy, Rule, TierPolicy } from "../ir/policy.js";
import { LAST_PRIORITY } from "../ir/priority.js";
import { regionsMayIntersect } from "../analysis/sets/region.js";
import type { Diagnostic } from "../source/diagnostic.js";

/** @param after how much later than the policy its last rules are evaluated */
export function writtenPriority({ priority }: TierPolicy, after = 0): number {
  return priority > LAST_PRIORITY ? LAST_PRIORITY - after : priority;
}

/** Another policy has the priority that this one needs, and decides differently. */
export function lastTaken(policy: TierPolicy, policies: readonly Policy[]): Diagnostic | undefined {
  if (policy.priority <= LAST_PRIORITY) return undefined;
  const other = policies.find(
    (each) =>
      each.tier === policy.tier &&
      each.priority === LAST_PRIORITY &&
      each.rules.some((theirs) => policy.rules.some((own) => conflict(own, theirs))),
  );
  return (
    other && {
      rule: "no-free-priority",
      severity: "error",
      message: `${policy.name} must be evaluated last, at priority ${LAST_PRIORITY}, but ${other.name} has that priority`,
      span: policy.span,
      notes: [{ message: "the other policy", span: other.span }],
      help: "give the other policy a lower priority",
    }
  );
}

/** The order of the two decides. */
export function conflict(a: Rule, b: Rule): boolean {
  return a.direction === b.direction && a.action !== b.action && regionsMayIntersect(a, b);
}
