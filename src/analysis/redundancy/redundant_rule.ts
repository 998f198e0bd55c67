import type { Policy, Rule } from "../../ir/policy.js";
import type { Decider } from "../cover/decided.js";

export interface RedundantRule {
  readonly policy: Policy;
  readonly rule: Rule;
  /** They cover it together; none of them can be left out. */
  readonly by: readonly Decider[];
  /** All of them are of an earlier tier than the rule. */
  readonly earlierTier: boolean;
  /** In a tier where the first match decides: the rule decides something, but later rules would decide the same. */
  readonly byLater: boolean;
}
