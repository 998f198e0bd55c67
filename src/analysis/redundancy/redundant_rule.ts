import type { Policy, Rule } from "../../ir/policy.js";
import type { Decider } from "../cover/decided.js";

export interface RedundantRule {
  readonly policy: Policy;
  readonly rule: Rule;
  /** They cover it together; none of them can be left out. */
  readonly by: readonly Decider[];
  /** All of them are of an earlier tier than the rule. */
  readonly earlierTier: boolean;
  /** Of a tier where the first match decides: it decides something, that later rules would decide alike. */
  readonly byLater: boolean;
}
