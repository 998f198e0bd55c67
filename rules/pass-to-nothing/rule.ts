import { rulesOf } from "../../src/analysis/cover/decided.js";
import { boxesOf, regionsMayIntersect } from "../../src/analysis/sets/region.js";
import type { Policy, Rule as PolicyRule } from "../../src/ir/policy.js";
import { Isolation } from "../../src/lint/known/isolation.js";
import type { LintContext, Rule } from "../../src/lint/rule.js";
import { placeOf } from "../../src/lint/merge_by_span.js";

export const passToNothing: Rule = {
  name: "pass-to-nothing",
  meta: {
    summary: "a pass of the admin tier acts as an allow, because nothing after it speaks of the known pods",
    severity: "warning",
    world: "inventory",
    preset: "strict",
  },
  check(context, report) {
    if (context.incomplete) return;
    const speaking = new Set(context.redundant.rules.map(({ rule }) => placeOf(rule.span)));
    const found = new Map<string, PolicyRule>();
    const isToNothing = passJudge(context);
    for (const rule of context.policies.flatMap((policy) => (policy.tier === "admin" ? policy.rules : []))) {
      if (boxesOf(rule).length === 0) continue;
      const place = placeOf(rule.span);
      if (rule.action !== "pass" || speaking.has(place) || !isToNothing(rule)) {
        speaking.add(place);
        found.delete(place);
      } else found.set(place, rule);
    }
    for (const { span } of found.values())
      report({
        span,
        message:
          "acts as an allow: no NetworkPolicy isolates the known pods that it is about in its direction, and no rule of the baseline tier matches",
        help: "write allow, or isolate the pods with a NetworkPolicy",
      });
  },
};

/**
 * All pods that the rule is about are known, no NetworkPolicy may isolate one of them, and no baseline rule may match. That
 * later tiers are written elsewhere is unlikely only where the files hold a baseline policy, or NetworkPolicies of the
 * same namespaces.
 */
function passJudge({ policies, known }: LintContext): (rule: PolicyRule) => boolean {
  const isolation = new Isolation(policies);
  const baseline = policies.filter(({ tier }) => tier === "baseline");
  const later = baseline.flatMap(rulesOf);
  const kept = new Set(policies.flatMap(namespaceOf));
  return (rule) => {
    const pods = known.selectedAmongKnown(rule.subject) ?? [];
    return (
      pods.length > 0 &&
      (baseline.length > 0 || pods.every(({ namespace }) => kept.has(namespace))) &&
      !pods.some((pod) => isolation.mayBe(pod, rule.direction)) &&
      !later.some(({ region }) => regionsMayIntersect(rule, region))
    );
  };
}

function namespaceOf(policy: Policy): readonly string[] {
  return policy.tier === "networkpolicy" ? [policy.namespace] : [];
}
