/** The reference semantics told step by step: which tiers were asked about a flow, and what each of them said. */
import type { Direction, NetworkPolicy, Policy } from "../ir/policy.js";
import { decide, matches, tierOrder } from "./decide.js";
import type { DecidingRule, Flow, SideDecision } from "./decide.js";

/** One tier that was asked. `silent`: none of its rules matched, or no policy of it isolates the pod. */
export interface TierStep {
  readonly tier: "admin" | "networkpolicy" | "baseline";
  readonly outcome: "allow" | "deny" | "pass" | "silent";
  /** The rules that matched: all of them in the NetworkPolicy tier, the first in the others. */
  readonly rules: readonly DecidingRule[];
  /** The NetworkPolicies that isolate the pod in this direction. */
  readonly isolatedBy: readonly NetworkPolicy[];
}

export interface SideExplanation {
  readonly direction: Direction;
  readonly verdict: "allow" | "deny";
  /** Why no tier was asked: this end is no pod, or the other is the node that the pod runs on. */
  readonly unasked?: "not-a-pod" | "own-node";
  /** In the order of asking; the last one decided unless it is silent. */
  readonly steps: readonly TierStep[];
}

export interface Explanation {
  readonly verdict: "allow" | "deny";
  readonly egress: SideExplanation;
  readonly ingress: SideExplanation;
}

export function explain(policies: readonly Policy[], flow: Flow): Explanation {
  const { verdict, egress, ingress } = decide(policies, flow);
  return {
    verdict,
    egress: explainSide(policies, "egress", flow, egress),
    ingress: explainSide(policies, "ingress", flow, ingress),
  };
}

function explainSide(
  policies: readonly Policy[],
  direction: Direction,
  flow: Flow,
  { verdict, tier, rules, isolatedBy }: SideDecision,
): SideExplanation {
  const [subject, peer] = direction === "egress" ? [flow.from, flow.to] : [flow.to, flow.from];
  if (subject.kind !== "pod") return { direction, verdict, unasked: "not-a-pod", steps: [] };
  if (peer.kind === "address" && peer.ownNode) return { direction, verdict, unasked: "own-node", steps: [] };
  const steps: TierStep[] = [];
  for (const asked of ["admin", "networkpolicy", "baseline"] as const) {
    if (asked === tier) {
      steps.push({ tier: asked, outcome: verdict, rules, isolatedBy });
      break;
    }
    const pass = asked === "networkpolicy" ? undefined : firstMatching(policies, asked, direction, flow);
    steps.push({ tier: asked, outcome: pass ? "pass" : "silent", rules: pass ? [pass] : [], isolatedBy: [] });
  }
  return { direction, verdict, steps };
}

function firstMatching(
  policies: readonly Policy[],
  tier: "admin" | "baseline",
  direction: Direction,
  flow: Flow,
): DecidingRule | undefined {
  for (const policy of tierOrder(policies, tier)) {
    const rule = policy.rules.find((each) => each.direction === direction && matches(each, flow));
    if (rule) return { policy, rule };
  }
  return undefined;
}
