import { tierOrder } from "../../src/analysis/semantics/decide.js";
import type { Decider } from "../../src/analysis/cover/decided.js";
import { decidedByAdmin, rulesOf } from "../../src/analysis/cover/decided.js";
import type { Action, Policy, Rule as PolicyRule } from "../../src/ir/policy.js";
import { deciderNotes } from "../../src/lint/describe.js";
import type { Rule } from "../../src/lint/rule.js";
import { placeOf } from "../../src/lint/merge_by_span.js";

export const overriddenByAdmin: Rule = {
  name: "overridden-by-admin",
  meta: {
    summary: "a NetworkPolicy's rule has no effect, because the admin tier decides everything it allows",
    severity: "warning",
    world: "every-cluster",
    preset: "recommended",
  },
  check({ policies, redundant }, report) {
    // A policy without a namespace may be applied where the admin tier decides differently.
    const found = redundant.rules.filter(
      ({ policy, earlierTier }) =>
        policy.tier === "networkpolicy" && earlierTier && !policy.namespaceUnwritten,
    );
    if (found.length === 0) return;
    const places = rulesByPlace(policies);
    for (const { rule, by } of found) {
      const actions = actionsOn(places.get(placeOf(rule.span))!, by, policies);
      const [said, help] = actions.has("allow")
        ? [
            actions.has("deny") ? "denies or already allows" : "already allows",
            "remove it, or pass these connections in the admin tier",
          ]
        : ["denies", "remove it, or allow or pass these connections earlier in the admin tier"];
      report({
        span: rule.span,
        message: `has no effect in any possible cluster: the admin tier ${said} everything it allows`,
        notes: deciderNotes(by),
        help,
      });
    }
  },
};

/** Grouped by place, because a TypeScript sentence makes several rules at one place. */
function rulesByPlace(policies: readonly Policy[]): ReadonlyMap<string, readonly PolicyRule[]> {
  const places = new Map<string, PolicyRule[]>();
  for (const rule of policies.flatMap(({ tier, rules }) => (tier === "networkpolicy" ? rules : []))) {
    const place = placeOf(rule.span);
    const rules = places.get(place);
    if (rules) rules.push(rule);
    else places.set(place, [rule]);
  }
  return places;
}

/** The actions of the admin rules that may match the same as the rules, up to the last one that covers them. */
function actionsOn(
  rules: readonly PolicyRule[],
  by: readonly Decider[],
  policies: readonly Policy[],
): ReadonlySet<Action> {
  const admin = tierOrder(policies, "admin").flatMap(rulesOf);
  const places = new Set(by.map(({ rule }) => placeOf(rule!.span)));
  return new Set(
    rules.flatMap((rule) => {
      const relevant = decidedByAdmin(rule, admin);
      const last = relevant.findLastIndex((decided) => places.has(placeOf(decided.rule!.span)));
      return relevant.slice(0, last + 1).map((decided) => decided.rule!.action);
    }),
  );
}
