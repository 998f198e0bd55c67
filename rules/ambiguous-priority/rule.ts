import { ambiguousPairs } from "../../src/analysis/redundancy/tier_conflicts.js";
import type { TierPolicy } from "../../src/ir/policy.js";
import { policyName } from "../../src/ir/policy_name.js";
import { ACTIONS } from "../../src/lint/describe.js";
import { flowWords } from "../../src/lint/flow_words.js";
import type { Rule } from "../../src/lint/rule.js";

export const ambiguousPriority: Rule = {
  name: "ambiguous-priority",
  meta: {
    summary: "two policies of one tier have the same priority and decide the same connections differently",
    severity: "warning",
    world: "every-cluster",
    preset: "recommended",
  },
  check({ policies, tiersIncomplete }, report) {
    if (tiersIncomplete) return;
    for (const { earlier, later, witness } of ambiguousPairs(policies)) {
      const { tier, priority } = later.policy as TierPolicy;
      report({
        span: later.rule!.span,
        message:
          `${ACTIONS[later.rule!.action]} what ${policyName(earlier.policy)} ${ACTIONS[earlier.rule!.action]}, ` +
          `and both have priority ${priority} in the ${tier} tier: which one decides is undefined`,
        notes: [
          {
            message: `${policyName(earlier.policy)} ${ACTIONS[earlier.rule!.action]}`,
            span: earlier.rule!.span,
          },
          { message: `both match ${flowWords(witness)}` },
        ],
        help: "change the priority of one of the two policies",
      });
    }
  },
};
