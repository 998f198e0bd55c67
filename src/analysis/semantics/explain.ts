/** The reference semantics step by step: the tiers that were evaluated for a flow, and their outcomes. */
import type { Direction, FailClosedRule, NetworkPolicy, Policy, TierPolicy } from "../../ir/policy.js";
import { decide, matchesPeer, matchesPort, podAt, tierOrder } from "./decide.js";
import type { DecidingRule, Endpoint, Flow, SideDecision } from "./decide.js";
import { selectsPod } from "./select.js";

/** A rule that was evaluated for a flow, because its subject selects the pod. */
export interface Candidate extends DecidingRule {
  /** The parts of the flow that it does not match; empty: the rule matches. */
  readonly differs: readonly ("peer" | "port")[];
}

/** One tier that was evaluated. `silent`: none of its rules matched, or no policy of it isolates the pod. */
export interface TierStep {
  readonly tier: "admin" | "networkpolicy" | "baseline";
  readonly outcome: "allow" | "deny" | "pass" | "silent";
  /** The rules that matched: all of them in the NetworkPolicy tier, the first in the others. */
  readonly rules: readonly DecidingRule[];
  /** The NetworkPolicies that isolate the pod in this direction. */
  readonly isolatedBy: readonly NetworkPolicy[];
  /** The evaluated rules, in order. In tiers where the first match decides, the last one is that match. */
  readonly candidates: readonly Candidate[];
}

/**
 * Traffic from a pod to itself; an end that is not a pod, or is on the host network; or the other end is the pod's own node.
 */
export type Unasked = "itself" | "not-a-pod" | "host-network" | "own-node";

export interface SideExplanation {
  readonly direction: Direction;
  readonly verdict: "allow" | "deny";
  /** Why no tier was evaluated. */
  readonly unasked?: Unasked;
  /** In evaluation order. The last one decided unless it is silent. */
  readonly steps: readonly TierStep[];
  /** Rules for the pod that are not evaluated as written, in evaluation order. */
  readonly failClosed: readonly { readonly policy: TierPolicy; readonly rule: FailClosedRule }[];
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
  const unasked = whyUnasked(flow, subject, peer);
  if (unasked) return { direction, verdict, unasked, steps: [], failClosed: [] };
  const steps: TierStep[] = [];
  for (const asked of ["admin", "networkpolicy", "baseline"] as const) {
    const candidates = candidatesOf(policies, asked, direction, flow);
    if (asked === tier) {
      steps.push({ tier: asked, outcome: verdict, rules, isolatedBy, candidates });
      break;
    }
    const last = asked === "networkpolicy" ? undefined : candidates.at(-1);
    const pass = last?.differs.length === 0 ? [{ policy: last.policy, rule: last.rule }] : [];
    const outcome = pass.length > 0 ? "pass" : "silent";
    steps.push({ tier: asked, outcome, rules: pass, isolatedBy: [], candidates });
  }
  const failClosed = steps.flatMap((step) => failClosedOf(policies, step.tier, direction, subject));
  return { direction, verdict, steps, failClosed };
}

function failClosedOf(
  policies: readonly Policy[],
  tier: TierStep["tier"],
  direction: Direction,
  subject: Endpoint,
): SideExplanation["failClosed"] {
  const pod = podAt(subject);
  if (tier === "networkpolicy" || !pod) return [];
  return tierOrder(policies, tier).flatMap((policy) =>
    (policy.failClosed ?? [])
      .filter((rule) => rule.direction === direction && selectsPod(rule.subject, pod.pod, pod.namespace))
      .map((rule) => ({ policy, rule })),
  );
}

function whyUnasked({ toItself }: Flow, subject: Endpoint, peer: Endpoint): Unasked | undefined {
  if (toItself) return "itself";
  if (subject.kind !== "pod") return "not-a-pod";
  if (!podAt(subject)) return "host-network";
  return !podAt(peer) && peer.ownNode ? "own-node" : undefined;
}

function candidatesOf(
  policies: readonly Policy[],
  tier: TierStep["tier"],
  direction: Direction,
  flow: Flow,
): readonly Candidate[] {
  const [own, peer] = direction === "egress" ? [flow.from, flow.to] : [flow.to, flow.from];
  const subject = podAt(own);
  if (!subject) return [];
  const asked =
    tier === "networkpolicy"
      ? policies.filter((policy) => policy.tier === "networkpolicy")
      : tierOrder(policies, tier);
  const candidates: Candidate[] = [];
  for (const policy of asked)
    for (const rule of policy.rules) {
      if (rule.direction !== direction) continue;
      if (!selectsPod(rule.subject, subject.pod, subject.namespace)) continue;
      const differs: Candidate["differs"][number][] = [];
      if (rule.peers && !rule.peers.some((term) => matchesPeer(term, peer))) differs.push("peer");
      if (rule.ports && !rule.ports.some((port) => matchesPort(port, flow))) differs.push("port");
      candidates.push({ policy, rule, differs });
      if (differs.length === 0 && tier !== "networkpolicy") return candidates;
    }
  return candidates;
}
