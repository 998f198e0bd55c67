/** How a redundant rule of a tier is decided. */
import type { Decider } from "../analysis/cover/decided.js";
import type { RedundantRule } from "../analysis/redundancy/redundant_rule.js";

/** Of a rule that never decides, those earlier rules of its tier that say otherwise. */
export function contradicting({ policy, rule, by, earlierTier, byLater }: RedundantRule): readonly Decider[] {
  if (policy.tier === "networkpolicy" || earlierTier || byLater) return [];
  return by.filter((decider) => decider.policy.tier === policy.tier && decider.rule?.action !== rule.action);
}

/** Without a namespace a NetworkPolicy may be applied in any. */
export function mayBeElsewhere({ policy }: Decider): boolean {
  return policy.tier === "networkpolicy" && policy.namespaceUnwritten === true;
}
