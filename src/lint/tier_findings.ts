/** How a needless rule of a tier is decided. */
import { isAmbiguous } from "../analysis/tier_conflicts.js";
import type { Decider } from "../analysis/decided.js";
import type { NeedlessRule } from "../analysis/needless.js";

/** Of a rule that never decides, those earlier rules of its tier that say otherwise. */
export function contradicting({ policy, rule, by, earlierTier, byLater }: NeedlessRule): readonly Decider[] {
  if (policy.tier === "networkpolicy" || earlierTier || byLater) return [];
  return by.filter((decider) => decider.policy.tier === policy.tier && decider.rule?.action !== rule.action);
}

/** What contradicts it is, in part, of a policy of the same priority, which may as well be asked later. */
export function restsOnAmbiguous(each: NeedlessRule): boolean {
  return contradicting(each).some(({ policy }) => isAmbiguous(policy, each.policy));
}
