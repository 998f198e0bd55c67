/** How a redundant rule of a tier is decided. */
import type { Decider } from "../analysis/cover/decided.js";
import type { RedundantRule } from "../analysis/redundancy/redundant_rule.js";

/** For a rule without effect, the earlier rules of its tier that decide differently. */
export function contradicting({ policy, rule, by, earlierTier, byLater }: RedundantRule): readonly Decider[] {
  if (policy.tier === "networkpolicy" || earlierTier || byLater) return [];
  return by.filter((decider) => decider.policy.tier === policy.tier && decider.rule?.action !== rule.action);
}

/** A NetworkPolicy without a namespace may be applied in any. */
export function mayBeElsewhere({ policy }: Decider): boolean {
  return policy.tier === "networkpolicy" && policy.namespaceUnwritten === true;
}
