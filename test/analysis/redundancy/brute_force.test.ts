/** What is said to decide nothing in any possible cluster, against a look at every flow of a small universe. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { decideSide, tierOrder } from "../../../src/analysis/semantics/decide.js";
import type { Flow } from "../../../src/analysis/semantics/decide.js";
import { findRedundant } from "../../../src/analysis/redundancy/redundant.js";
import type { Redundant } from "../../../src/analysis/redundancy/redundant.js";
import type { Action, Direction, NetworkPolicy, Policy, Rule, TierPolicy } from "../../../src/ir/policy.js";
import { flowsBySet } from "../flows_by_set.js";
import type { Choice, Palette } from "../palette.js";
import { choice, palette, regionOf } from "../palette.js";
import { OF_NAMESPACE_X, POD_MATCHES } from "../small_universe.js";

const direction = fc.constantFrom<Direction>("ingress", "egress");
const directions = ["ingress", "egress"] as const;

interface NetworkPolicyChoice {
  readonly subject: number;
  readonly isolates: { readonly ingress: boolean; readonly egress: boolean };
  readonly rules: readonly (readonly [Direction, Choice])[];
}

const networkPolicyChoice: fc.Arbitrary<NetworkPolicyChoice> = fc.record({
  subject: fc.nat(1),
  isolates: fc.constantFrom(
    { ingress: true, egress: true },
    { ingress: true, egress: false },
    { ingress: false, egress: true },
  ),
  rules: fc.array(fc.tuple(direction, choice), { maxLength: 2 }),
});

interface TierPolicyChoice {
  readonly priority: number;
  readonly rules: readonly (readonly [Direction, Action, Choice])[];
}

function tierPolicyChoice(...actions: readonly Action[]): fc.Arbitrary<TierPolicyChoice> {
  return fc.record({
    priority: fc.nat(2),
    rules: fc.array(fc.tuple(direction, fc.constantFrom(...actions), choice), { minLength: 1, maxLength: 3 }),
  });
}

/** Half of the sets have no pass, and are told about completely; a third has no tiers. */
const policySet: fc.Arbitrary<readonly Policy[]> = fc
  .tuple(
    palette,
    fc.array(fc.constantFrom(...POD_MATCHES.slice(0, OF_NAMESPACE_X)), { minLength: 2, maxLength: 2 }),
    fc.array(networkPolicyChoice, { maxLength: 3 }),
    fc.oneof(
      fc.constant([]),
      fc.array(tierPolicyChoice("allow", "deny"), { maxLength: 2 }),
      fc.array(tierPolicyChoice("allow", "deny", "pass"), { maxLength: 2 }),
    ),
    fc.array(tierPolicyChoice("allow", "deny", "pass"), { maxLength: 1 }),
  )
  .map(([of, subjects, additive, admin, baseline]) => {
    let at = 0;
    const next = () => ({ file: "f", start: at++, end: at });
    const named = () => ({ name: `p${at}`, logged: false, span: next() });
    const tierPolicy = ({ priority, rules }: TierPolicyChoice, tier: TierPolicy["tier"]): TierPolicy => ({
      ...named(),
      kind: tier === "admin" ? "AdminTier" : "BaselineTier",
      tier,
      priority,
      rules: rules.map(([way, action, chosen]) => {
        return { ...regionOf(way, of, chosen), action, logged: false, span: next() };
      }),
    });
    return [
      ...admin.map((each) => tierPolicy(each, "admin")),
      ...additive.map((each) => networkPolicy(each, { ...of, subjects }, named(), next)),
      ...baseline.map((each) => tierPolicy(each, "baseline")),
    ];
  });

function networkPolicy(
  { subject, isolates, rules }: NetworkPolicyChoice,
  of: Palette,
  named: Pick<Policy, "name" | "logged" | "span">,
  next: () => Rule["span"],
): NetworkPolicy {
  return {
    ...named,
    kind: "NetworkPolicy",
    tier: "networkpolicy",
    namespace: "x",
    subject: of.subjects[subject]!,
    isolates,
    rules: rules
      .filter(([way]) => isolates[way])
      .map(([way, [, peers, ports]]) => {
        return {
          ...regionOf(way, of, [subject, peers, ports]),
          action: "allow",
          logged: false,
          span: next(),
        };
      }),
  };
}

/** What one flow meets: the rules that match it, and the NetworkPolicies that isolate its subject. */
interface Meeting {
  readonly direction: Direction;
  readonly met: ReadonlySet<Rule | Policy>;
  readonly flow: () => Flow;
}

/** Of all flows of the universe, those that do not meet the same. */
function meetingsOf(policies: readonly Policy[]): readonly Meeting[] {
  return directions.flatMap((way) => {
    const rules = policies.flatMap((policy) => policy.rules).filter((rule) => rule.direction === way);
    const isolating = policies.filter((policy) => policy.tier === "networkpolicy" && policy.isolates[way]);
    const decisive = [...rules, ...isolating];
    if (decisive.length === 0) return [];
    const regions = [
      ...rules,
      ...isolating.map((policy) => ({ direction: way, subject: (policy as NetworkPolicy).subject })),
    ];
    return [...flowsBySet(regions)].map(([set, flow]) => {
      return { direction: way, met: new Set(decisive.filter((_, i) => set & (1 << i))), flow };
    });
  });
}

/** As `decideSide`, of what is not gone; several where policies of one priority disagree, for any of them may be asked. */
function verdicts(
  policies: readonly Policy[],
  met: Meeting["met"],
  gone: ReadonlySet<object>,
): "allow" | "deny" | "either" {
  const decides = (each: Rule | Policy) => met.has(each) && !gone.has(each);
  const kept = policies.filter((policy) => !gone.has(policy));
  const actionsOf = (tier: "admin" | "baseline"): readonly Action[] => {
    const asked = tierOrder(kept, tier).filter(({ rules }) => rules.some(decides));
    const first = asked.filter(({ priority }) => priority === asked[0]!.priority);
    return first.length === 0 ? ["pass"] : first.map(({ rules }) => rules.find(decides)!.action);
  };
  const additive = (): readonly Action[] => {
    const isolating = kept.filter((policy) => policy.tier === "networkpolicy" && decides(policy));
    if (isolating.length === 0) return actionsOf("baseline");
    return isolating.some(({ rules }) => rules.some(decides)) ? ["allow"] : ["deny"];
  };
  const actions = actionsOf("admin").flatMap((action) => (action === "pass" ? additive() : [action]));
  const denies = actions.filter((action) => action === "deny").length;
  return denies === 0 ? "allow" : denies === actions.length ? "deny" : "either";
}

/** The first thing that is said wrongly, or not at all. */
function wrongAbout(
  policies: readonly Policy[],
  redundant: Redundant,
  meetings: readonly Meeting[],
): string | undefined {
  const found = [
    ...redundant.policies.map(({ policy }) => policy),
    ...redundant.rules.map(({ rule }) => rule),
  ];
  const gone = new Set<object>(found);
  const none = new Set<object>();
  const before = meetings.map(({ met }) => verdicts(policies, met, none));
  const changes = (without: ReadonlySet<object>) =>
    meetings.some(({ met }, i) => verdicts(policies, met, without) !== before[i]);
  if (changes(gone)) return "removing all that was found changes a verdict";
  if (found.some((each) => changes(new Set([each])))) return "removing one that was found changes a verdict";
  for (const { policy, rule, by, earlierTier } of redundant.rules) {
    const deciders = by.map((each) => each.rule ?? each.policy);
    if (meetings.some(({ met }) => met.has(rule) && !deciders.some((each) => met.has(each))))
      return "what is named does not cover a rule that was found";
    if (earlierTier !== by.every((each) => each.policy.tier !== policy.tier))
      return "a rule is found because of another tier than is said";
  }
  const reasons = [...redundant.rules, ...redundant.policies].flatMap(({ by }) => by);
  if (reasons.some(({ policy, rule }) => gone.has(rule ?? policy))) return "what is named was itself found";
  const missed = policies.find((policy) => !gone.has(policy) && isMissed(policy, policies, meetings, gone));
  return missed && `something of ${missed.name} decides nothing, and is not found`;
}

/** Is the policy, or a rule of it, redundant beside all that was not found? */
function isMissed(
  policy: Policy,
  policies: readonly Policy[],
  meetings: readonly Meeting[],
  gone: ReadonlySet<object>,
): boolean {
  const admin = policies.flatMap(({ tier, rules }) => (tier === "admin" ? rules : []));
  const additive = policies.filter(({ tier }) => tier === "networkpolicy");
  const alone = (each: Rule | Policy, others: readonly (Rule | Policy)[]) =>
    meetings.some(({ met }) => met.has(each) && !others.some((other) => other !== each && met.has(other)));
  const isMatching = (rule: Rule) => meetings.some(({ met }) => met.has(rule));
  const rules = policy.rules.filter((rule) => !gone.has(rule) && isMatching(rule));
  if (policy.tier === "admin")
    return rules.some((rule) => !alone(rule, surelyBefore(rule, policy, policies)));
  // As soon as a pass may match, the admin tier counts for nothing in later ones.
  if (admin.some(({ action }) => action === "pass")) return false;
  const keptAdditive = additive.filter((each) => !gone.has(each));
  if (policy.tier === "baseline") {
    return rules.some(
      (rule) => !alone(rule, [...admin, ...keptAdditive, ...surelyBefore(rule, policy, policies)]),
    );
  }
  const others = keptAdditive.filter((other) => other !== policy).flatMap((other) => other.rules);
  // One that allows nothing is compared with its like.
  const isolating = keptAdditive.filter((other) => policy.rules.length > 0 || other.rules.length === 0);
  const isolatesAlone = alone(policy, [...admin, ...isolating]);
  const selects = meetings.some(({ met }) => met.has(policy));
  const isRedundant =
    selects &&
    !isolatesAlone &&
    policy.rules.every((rule) => !isMatching(rule) || !alone(rule, [...admin, ...others]));
  const keptRules = keptAdditive.flatMap((each) => each.rules).filter((rule) => !gone.has(rule));
  return isRedundant || rules.some((rule) => !alone(rule, [...admin, ...keptRules]));
}

/** The rules of its tier that are asked before it, whichever policy of its priority is. */
function surelyBefore(rule: Rule, policy: TierPolicy, policies: readonly Policy[]): readonly Rule[] {
  const earlier = policies.flatMap((each) =>
    each.tier === policy.tier && each.priority < policy.priority ? each.rules : [],
  );
  return [...earlier, ...policy.rules.slice(0, policy.rules.indexOf(rule))];
}

test("just what decides nothing is found, and without it no verdict of any flow is another", () => {
  const seen = { policies: 0, sameTier: 0, earlierTier: 0, byLater: 0 };
  fc.assert(
    fc.property(policySet, fc.nat(), (policies, n) => {
      const redundant = findRedundant(policies);
      seen.policies += redundant.policies.length;
      for (const { earlierTier, byLater } of redundant.rules)
        seen[earlierTier ? "earlierTier" : byLater ? "byLater" : "sameTier"]++;
      const meetings = meetingsOf(policies);
      const wrong = wrongAbout(policies, redundant, meetings);
      if (wrong) throw new Error(wrong);
      if (meetings.length === 0) return;
      // The verdicts of this test are those of the reference.
      const { direction: way, met, flow } = meetings[n % meetings.length]!;
      const possible = verdicts(policies, met, new Set());
      if (possible !== "either") expect(possible).toBe(decideSide(policies, way, flow()).verdict);
    }),
    { numRuns: 20_000 },
  );
  for (const count of Object.values(seen)) expect(count).toBeGreaterThan(100);
});
