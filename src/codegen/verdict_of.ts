import type { SideDecision } from "../analysis/semantics/decide.js";
import type { Rule } from "../ir/policy.js";

/** `struct verdict` of bpf-templates/decision.h. */
export interface Verdict {
  /** The rule that the event names; 0: none decided, so it is isolation or nothing spoke. */
  readonly rule: number;
  readonly action: "allow" | "deny";
  /** Some policy or rule that decided asks for this verdict to be logged. */
  readonly logged: boolean;
}

/** What compiled code answers where the reference decides so: of several rules, the first that is logged, else the first. */
export function verdictOf(decision: SideDecision, ruleIds: ReadonlyMap<Rule, number>): Verdict {
  const logged = decision.rules.find(({ policy, rule }) => policy.logged || rule.logged);
  const deciding = logged ?? decision.rules[0];
  return {
    rule: deciding ? ruleIds.get(deciding.rule)! : 0,
    action: decision.verdict,
    logged: deciding ? logged !== undefined : decision.isolatedBy.some((policy) => policy.logged),
  };
}
