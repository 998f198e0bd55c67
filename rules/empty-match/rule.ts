import { isContradictory } from "../../src/analysis/sets/pod_conditions.js";
import { isEmptyPeer } from "../../src/analysis/sets/region.js";
import type { Peer, Policy, Rule as PolicyRule } from "../../src/ir/policy.js";
import { policyName } from "../../src/ir/policy_name.js";
import type { Report, Rule } from "../../src/lint/rule.js";

export const emptyMatch: Rule = {
  name: "empty-match",
  meta: {
    summary: "a subject or a peer matches nothing, in any possible cluster",
    severity: "warning",
    world: "every-cluster",
    preset: "recommended",
  },
  check({ policies }, report) {
    for (const policy of policies) {
      if (policy.tier === "networkpolicy" && isContradictory(policy.subject)) {
        report({
          span: policy.subject.span,
          message: `${policyName(policy)} selects no pod in any possible cluster: its selector contradicts itself`,
          help: "correct the selector, or remove the policy",
        });
      } else {
        for (const rule of policy.rules) checkMatches(policy, rule, report);
      }
    }
  },
};

function checkMatches(policy: Policy, rule: PolicyRule, report: Report): void {
  if (policy.tier !== "networkpolicy" && isContradictory(rule.subject)) {
    report({
      span: rule.span,
      message: "has no effect: its subject selects no pod in any possible cluster",
      help: "correct the selector, or remove the rule",
    });
    return;
  }
  const empty = rule.peers?.filter(isEmptyPeer) ?? [];
  for (const peer of empty) {
    const never = empty.length === rule.peers?.length ? "the rule has no effect" : "this peer never matches";
    report({ span: peer.span, message: `${never}: ${reason(peer)}`, help: "correct the peer, or remove it" });
  }
}

function reason(peer: Peer): string {
  return peer.kind === "pods"
    ? "it selects no pod in any possible cluster, because its selector contradicts itself"
    : "its excepts leave no address of the block";
}
