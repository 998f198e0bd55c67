import { correlatedPairs } from "../../src/analysis/redundancy/tier_conflicts.js";
import { policyName } from "../../src/ir/policy_name.js";
import { ACTIONS } from "../../src/lint/describe.js";
import { flowWords } from "../../src/lint/flow_words.js";
import type { Rule } from "../../src/lint/rule.js";
import { placeOf } from "../../src/lint/merge_by_span.js";

export const correlatedRules: Rule = {
  name: "correlated-rules",
  meta: {
    summary: "two rules of a tier partly overlap and decide differently, so their order decides",
    severity: "warning",
    world: "every-cluster",
    preset: "strict",
  },
  check({ policies, redundant, tiersIncomplete }, report) {
    if (tiersIncomplete) return;
    const seen = new Set<string>();
    for (const { earlier, later, witness } of correlatedPairs(policies)) {
      const pair = `${placeOf(earlier.rule!.span)} ${placeOf(later.rule!.span)}`;
      if (seen.has(pair) || redundant.has(earlier.rule!) || redundant.has(later.rule!)) continue;
      seen.add(pair);
      report({
        span: later.rule!.span,
        message:
          `${ACTIONS[later.rule!.action]} what an earlier rule of ${policyName(earlier.policy)} partly ` +
          `${ACTIONS[earlier.rule!.action]}: in any possible cluster, only their order decides what both match`,
        notes: [
          { message: "the earlier rule decides", span: earlier.rule!.span },
          { message: `both match ${flowWords(witness)}` },
        ],
        help: "narrow one of the two, unless you rely on their order",
      });
    }
  },
};
