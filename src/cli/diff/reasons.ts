/** Why a side decides as it does, with the places of the policies responsible. */
import type { SideDecision } from "../../analysis/semantics/decide.js";
import { policyName } from "../../ir/policy_name.js";
import type { DiffSide } from "../../analysis/diff/report.js";

export interface Reason {
  /** Such as "denied, isolated by"; it ends there if there are no places. */
  readonly said: string;
  /** Each policy, with `file:line` of its rule or its own. */
  readonly places: readonly { readonly policy: string; readonly where: string }[];
}

const TIERS = { admin: " in the admin tier", networkpolicy: "", baseline: " in the baseline tier" } as const;

export function reasonOf(
  { verdict, tier, rules, isolatedBy }: SideDecision,
  { where }: Pick<DiffSide, "where">,
): Reason {
  if (tier === undefined) return { said: "allowed, no policy applies", places: [] };
  if (verdict === "deny" && tier === "networkpolicy")
    return {
      said: "denied, no rule allows it and the pod is isolated by",
      places: isolatedBy.map((policy) => ({ policy: policyName(policy), where: where(policy.span) })),
    };
  return {
    said: `${verdict === "allow" ? "allowed" : "denied"}${TIERS[tier]} by`,
    places: rules.map(({ policy, rule }) => ({ policy: policyName(policy), where: where(rule.span) })),
  };
}
