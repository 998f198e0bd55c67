import type { NetworkPolicy } from "../../src/ir/policy.js";
import { isContradictory } from "../../src/analysis/sets/pod_conditions.js";
import { policyNames } from "../../src/lint/describe.js";
import { OtherEnd } from "../../src/lint/known/other_end.js";
import { isTypeScript } from "../../src/lint/is_typescript.js";
import type { Rule } from "../../src/lint/rule.js";

const MOST_NOTES = 3;

export const unreachableRule: Rule = {
  name: "unreachable-rule",
  meta: {
    summary: "the policies at the other end deny everything that a NetworkPolicy's rule allows",
    severity: "warning",
    world: "inventory",
    preset: "recommended",
  },
  check({ policies, inventory, known, redundant, incomplete }, report) {
    if (incomplete || inventory.pods.length === 0) return;
    const otherEnd = new OtherEnd(policies, known);
    for (const policy of policies) {
      if (policy.tier !== "networkpolicy" || redundant.has(policy) || isContradictory(policy.subject))
        continue;
      for (const rule of policy.rules) {
        if (redundant.has(rule) || isTypeScript(rule.span)) continue;
        const deniers = otherEnd.deniers(rule);
        if (!deniers) continue;
        const otherWay = rule.direction === "egress" ? "ingress" : "egress";
        const verb = deniers.length === 1 ? "denies" : "deny";
        report({
          span: rule.span,
          message: `allows nothing among the known pods: ${policyNames(deniers)} ${verb} all of it at the other end`,
          notes: notesOf(deniers),
          help: `allow the same ${otherWay} at the other end, or remove the rule`,
        });
      }
    }
  },
};

function notesOf(deniers: readonly NetworkPolicy[]) {
  return deniers.slice(0, MOST_NOTES).map(({ span }, i) => {
    return { message: i === 0 ? "the peers are isolated by" : "and", span };
  });
}
