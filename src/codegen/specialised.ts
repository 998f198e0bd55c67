/** The specialised form: a policy set as straight code, a test per selector, term word and port. */
import type { Direction, NetworkPolicy, Peer, Policy, Rule } from "../ir/policy.js";
import type { SourceMap } from "../source/source_file.js";
import type { Condition, Item, Statement, Test } from "./c.js";
import type { Layout } from "./layout.js";
import type { PolicySet, TierRules } from "./policy_set.js";
import { peerWords, podWords, portWords, ruleWords } from "../ir/words.js";

/** What the generator needs to know besides the policies of one set. */
export interface Naming {
  readonly layout: Layout;
  /** See `localRuleIds`. */
  readonly ruleIds: ReadonlyMap<Rule, number>;
  readonly sources: Pick<SourceMap, "where">;
}

/** The functions of the set: one a tier and direction that has rules, and the two decisions. */
export function specialisedItems(set: PolicySet, naming: Naming): readonly Item[] {
  return (["ingress", "egress"] as const).flatMap((direction) => {
    const tiers = [
      { tier: "admin" as const, body: tierBody(set.admin, direction, naming) },
      { tier: "networkpolicy" as const, body: additiveBody(set.networkPolicies, direction, naming) },
      { tier: "baseline" as const, body: tierBody(set.baseline, direction, naming) },
    ].filter(({ body }) => body.length > 0);
    return [
      ...tiers.flatMap(({ tier, body }): Item[] => [
        { kind: "blank" },
        { kind: "comment", text: ABOUT[tier] },
        { kind: "tier", tier, direction, body },
      ]),
      { kind: "blank" } as const,
      { kind: "decision", direction, tiers: tiers.map(({ tier }) => tier) } as const,
    ];
  });
}

const ABOUT = {
  admin: "Admin tier: the first rule that matches decides; pass goes on to the next tier.",
  networkpolicy:
    "NetworkPolicy tier: any matching rule of a policy that isolates the pod allows, logged ones asked first; " +
    "if none matches, denied. A pod that no policy isolates goes on to the next tier.",
  baseline: "Baseline tier: the first rule that matches decides; if none does, or by pass, allowed.",
} as const;

/** Admin and baseline tier: each rule tests its own subject. */
function tierBody(policies: readonly TierRules[], direction: Direction, naming: Naming): Statement[] {
  const body = policies.flatMap(({ policy, rules }) => {
    const here = rules.filter((rule) => rule.direction === direction);
    if (here.length === 0) return [];
    return [
      { kind: "comment" as const, text: policyWords(policy, naming) },
      ...here.flatMap((rule) => ruleStatements(policy, rule, [subjectTest(rule.subject, naming)], naming)),
      { kind: "blank" as const },
    ];
  });
  return body.length > 0 ? [...body, { kind: "goOn" }] : [];
}

/**
 * NetworkPolicy tier: the subject is tested once a policy. Rules that are logged are asked first, so that a connection
 * which several rules allow is logged if one of them wants it.
 */
function additiveBody(policies: readonly NetworkPolicy[], direction: Direction, naming: Naming): Statement[] {
  const isolating = policies.filter((policy) => policy.isolates[direction]);
  if (isolating.length === 0) return [];
  const logged = isolating.some((policy) => policy.logged);
  return [
    { kind: "declare", flag: "isolated" },
    ...(logged ? [{ kind: "declare" as const, flag: "logged" as const }] : []),
    { kind: "blank" },
    ...[true, false].flatMap((loggedRules) =>
      isolating.flatMap((policy) => policyStatements(policy, direction, loggedRules, naming)),
    ),
    { kind: "denyIfIsolated", logged },
  ];
}

/** One policy's rules that are logged, or those that are not; its isolation goes with the last of these two that exists. */
function policyStatements(
  policy: NetworkPolicy,
  direction: Direction,
  loggedRules: boolean,
  naming: Naming,
): Statement[] {
  const rules = policy.rules.filter((rule) => rule.direction === direction);
  const here = rules.filter((rule) => isLogged(policy, rule) === loggedRules);
  const allLogged = rules.length > 0 && rules.every((rule) => isLogged(policy, rule));
  const isolates = loggedRules === allLogged;
  if (here.length === 0 && !isolates) return [];
  const always = here.findIndex((rule) => rule.peers === undefined && rule.ports === undefined);
  const reachable = always < 0 ? here : here.slice(0, always + 1);
  const body: Statement[] = [
    ...(isolates ? [{ kind: "set" as const, flag: "isolated" as const }] : []),
    ...(isolates && policy.logged ? [{ kind: "set" as const, flag: "logged" as const }] : []),
    ...reachable.flatMap((rule) => ruleStatements(policy, rule, [], naming)),
    ...here.slice(reachable.length).map((rule) => ({
      kind: "comment" as const,
      text: `${ruleTitle(rule, naming)}; not evaluated, because the rule above always allows`,
    })),
  ];
  return [
    { kind: "comment", text: policyWords(policy, naming) },
    { kind: "if", condition: [[subjectTest(policy.subject, naming)]], body },
    { kind: "blank" },
  ];
}

function ruleStatements(policy: Policy, rule: Rule, before: readonly Test[], naming: Naming): Statement[] {
  const { layout, ruleIds } = naming;
  const condition: Condition = [
    ...before.map((test) => [test]),
    ...(rule.peers ? [peerTests(rule.peers, layout)] : []),
    ...(rule.ports ? [portTests(rule, layout)] : []),
  ];
  const body: Statement[] =
    rule.action === "pass"
      ? [{ kind: "goOn" }]
      : [{ kind: "decide", rule: ruleIds.get(rule)!, action: rule.action, logged: isLogged(policy, rule) }];
  return [
    { kind: "comment", text: ruleTitle(rule, naming) },
    { kind: "if", condition, body },
  ];
}

function ruleTitle(rule: Rule, { ruleIds, sources }: Naming): string {
  return `Rule ${ruleIds.get(rule)}, ${sources.where(rule.span)}: ${ruleWords(rule)}`;
}

export function isLogged(policy: Policy, rule: Rule): boolean {
  return policy.logged || rule.logged;
}

function subjectTest(subject: Rule["subject"], { layout }: Naming): Test {
  return { kind: "selected", bit: layout.subjectBit(subject), comments: [podWords(subject)] };
}

/** One test a word of the peer's terms, whatever their number. */
function peerTests(peers: readonly Peer[], layout: Layout): Test[] {
  const bits = [...new Set(peers.map((peer) => layout.termBit(peer)))].sort((a, b) => a - b);
  const words = [...new Set(bits.map((bit) => bit >> 6))];
  return words.map((word) => {
    const here = bits.filter((bit) => bit >> 6 === word);
    const mask = here.reduce((sum, bit) => sum | (1n << BigInt(bit & 63)), 0n);
    const names = here.map((bit) => peerWords(layout.terms[bit]!)).join(" or ");
    const numbers = here.length === 1 ? `term ${here[0]}` : `terms ${here.join(", ")}`;
    return {
      kind: "peer",
      word,
      mask,
      comments: [names, numbers, `${here.length} terms, from term ${here[0]}`],
    };
  });
}

function portTests(rule: Rule, layout: Layout): Test[] {
  return rule.ports!.map((port) =>
    port.kind === "range"
      ? { kind: "port", protocol: port.protocol, from: port.from, to: port.to }
      : {
          kind: "named",
          protocol: port.protocol,
          slot: layout.namedSlot(port),
          comments: [portWords(port)],
        },
  );
}

export function policyWords(policy: Policy, { sources }: Pick<Naming, "sources">): string {
  const name = policy.tier === "networkpolicy" ? `${policy.namespace}/${policy.name}` : policy.name;
  return `${policy.kind} ${name}, ${sources.where(policy.span)}`;
}
