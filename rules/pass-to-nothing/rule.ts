import { rulesOf } from "../../src/analysis/cover/decided.js";
import { boxesOf, regionsMayIntersect } from "../../src/analysis/sets/region.js";
import type { Policy, Rule as PolicyRule, TierPolicy } from "../../src/ir/policy.js";
import { Isolation } from "../../src/lint/known/isolation.js";
import type { LintContext, Rule } from "../../src/lint/rule.js";
import { placeOf } from "../../src/lint/merge_by_span.js";

export const passToNothing: Rule = {
  name: "pass-to-nothing",
  meta: {
    summary: "a pass of the admin tier acts as an allow, because nothing after it matches the known pods",
    severity: "warning",
    world: "inventory",
    preset: "strict",
  },
  check(context, report) {
    if (context.incomplete) return;
    const speaking = new Set<string>();
    const found = new Map<string, { readonly rule: PolicyRule; readonly policy: TierPolicy }>();
    const isToNothing = passJudge(context);
    for (const { rule, policy } of context.policies.flatMap(adminRules)) {
      if (boxesOf(rule).length === 0) continue;
      const place = placeOf(rule.span);
      if (
        rule.action !== "pass" ||
        speaking.has(place) ||
        context.redundant.has(rule) ||
        !isToNothing(rule)
      ) {
        speaking.add(place);
        found.delete(place);
      } else found.set(place, { rule, policy });
    }
    for (const { rule, policy } of found.values())
      report({
        span: rule.span,
        message:
          "acts as an allow: no NetworkPolicy isolates its known pods in this direction, and no rule of the baseline tier matches",
        help: `write ${ALLOW[policy.writtenAs ?? "TypeScript"]}, or isolate the pods with a NetworkPolicy`,
      });
  },
};

/** How each kind of policy writes an allow. */
const ALLOW = {
  TypeScript: "allow",
  ClusterNetworkPolicy: "`action: Accept`",
  AdminNetworkPolicy: "`action: Allow`",
  BaselineAdminNetworkPolicy: "`action: Allow`",
} as const;

function adminRules(policy: Policy): readonly { readonly rule: PolicyRule; readonly policy: TierPolicy }[] {
  return policy.tier === "admin" ? policy.rules.map((rule) => ({ rule, policy })) : [];
}

/**
 * Are all pods of the rule known, certainly not isolated by a NetworkPolicy, and not matched by a baseline rule? Later
 * tiers are unlikely to be written elsewhere only if the files contain a baseline policy, or NetworkPolicies of the same
 * namespaces.
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
