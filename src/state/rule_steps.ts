/**
 * The table form of a decision: for one subject, one peer and one side, the verdict as a step function over protocol and
 * destination port. Every step is what `decideSide` says at its first port; what is left out beforehand are rules
 * that cannot be the first to match anywhere in the step.
 */
import type { Endpoint, Flow, SideDecision } from "../analysis/semantics/decide.js";
import { decideSide, namedPort, tierOrder } from "../analysis/semantics/decide.js";
import { verdictOf } from "../codegen/verdict_of.js";
import type { Direction, NetworkPolicy, PodMatch, Policy, Protocol, Rule, TierPolicy } from "../ir/policy.js";
import { NO_SPAN } from "../source/span.js";
import type { Step } from "./encode.js";

/** IPPROTO numbers: the upper part of a step's key. */
const PROTOCOLS: readonly (readonly [number, Protocol])[] = [
  [6, "TCP"],
  [17, "UDP"],
  [132, "SCTP"],
];

const ALL_PORTS = { from: 0, to: 65535 };

/** A port name in one protocol, such as `TCP web`. */
export type PortName = string;

export function portName({ protocol, name }: { protocol: Protocol; name: string }): PortName {
  return `${protocol} ${name}`;
}

/** What port names mean on a pod; those that it does not have are left out. */
export type PortNumbers = ReadonlyMap<PortName, number>;

/** A rule that selects the subject, with the policy that holds it: as if both were for every pod, and the rule for all peers. */
export interface PolicyRule {
  /** Among those of the subject in this direction. */
  readonly index: number;
  readonly policy: Policy;
  readonly rule: Rule;
  /** Those of the rule as it is written. */
  readonly peers: Rule["peers"];
}

/** The policies of one direction that speak of one subject, in order of evaluation. */
export interface SubjectPolicies {
  readonly direction: Direction;
  /** What port names mean on the subject. */
  readonly ports: PortNumbers;
  /** Rules that select the subject: by tier in its order, the NetworkPolicies in between. */
  readonly rules: readonly PolicyRule[];
  /** Of the isolating NetworkPolicies the first and the first logged one: all that a verdict without a rule says of them. */
  readonly isolation: readonly NetworkPolicy[];
  /** Of the rules here. */
  readonly ids: ReadonlyMap<Rule, number>;
  /** What was decided where just these rules match, by their indices. */
  readonly decided: Map<string, Omit<Step, "key">>;
}

const EVERY_POD: PodMatch = {
  kind: "pods",
  namespaces: { kind: "selector", selector: { requirements: [], span: NO_SPAN }, span: NO_SPAN },
  pods: { requirements: [], span: NO_SPAN },
  span: NO_SPAN,
};

/** Those of `policies` and of their rules that concern the subject in this direction. `ids`: of the rules as they are written. */
export function subjectPolicies(
  policies: readonly Policy[],
  direction: Direction,
  ports: PortNumbers,
  selectsSubject: (match: PodMatch) => boolean,
  ids: ReadonlyMap<Rule, number>,
): SubjectPolicies {
  const isolatedBy = policies
    .filter(
      (policy): policy is NetworkPolicy =>
        policy.tier === "networkpolicy" && policy.isolates[direction] && selectsSubject(policy.subject),
    )
    .map((policy) => ({ ...policy, subject: EVERY_POD }));
  const ownIds = new Map<Rule, number>();
  const rules: PolicyRule[] = [];
  const addRules = (policy: NetworkPolicy | TierPolicy) => {
    for (const written of policy.rules) {
      if (written.direction !== direction || !selectsSubject(written.subject)) continue;
      const { peers, ...rule } = { ...written, subject: EVERY_POD };
      ownIds.set(rule, ids.get(written)!);
      rules.push({ index: rules.length, policy, rule, peers });
    }
  };
  for (const policy of [...tierOrder(policies, "admin"), ...isolatedBy, ...tierOrder(policies, "baseline")])
    addRules(policy);
  const isolation = [isolatedBy[0], isolatedBy.find((policy) => policy.logged)].filter(
    (policy) => policy !== undefined,
  );
  return { direction, ports, rules, isolation, ids: ownIds, decided: new Map() };
}

/**
 * The steps for a class of peers. `matching` are those of `of.rules`, in that order, whose peers match it; `ports` is what
 * port names mean on it. The first step has key 0 and neighbours differ.
 */
export function stepsFor(of: SubjectPolicies, matching: readonly PolicyRule[], ports: PortNumbers): Step[] {
  const [subject, peer] = [podWith(of.ports), podWith(ports)];
  const ends = of.direction === "egress" ? { from: subject, to: peer } : { from: peer, to: subject };
  const steps: Step[] = [];
  const outcomeFor = (protocol: Flow["protocol"], port: number, rules: readonly PolicyRule[]) => {
    const name = rules.map(({ index }) => index).join();
    let outcome = of.decided.get(name);
    if (!outcome) {
      const decision = decideSide(reduced(of, rules), of.direction, { ...ends, protocol, port });
      of.decided.set(name, (outcome = outcomeOf(decision, of.ids)));
    }
    return outcome;
  };
  const add = (key: number, outcome: Omit<Step, "key">) => {
    const before = steps.at(-1);
    if (!before || !sameOutcome(before, outcome)) steps.push({ key, ...outcome });
  };
  const portless = withoutShadowed(matching, ({ ports }) => ports === undefined);
  const other = outcomeFor(
    "other",
    0,
    portless.filter(({ rule }) => rule.ports === undefined),
  );
  add(0, other);
  for (const [number, protocol] of PROTOCOLS) {
    for (const { from, rules } of portIntervals(portless, protocol, ends.to))
      add((number << 16) | from, outcomeFor(protocol, from, rules));
    add((number + 1) << 16, other);
  }
  return steps;
}

/** A pod of which nothing matters but its ports. */
function podWith(ports: PortNumbers): Endpoint {
  const named = [...ports].map(([key, port]) => {
    const [protocol, name] = key.split(" ") as [Protocol, string];
    return { protocol, name, port };
  });
  const pod = { namespace: "", name: "", labels: {}, ports: named };
  return { kind: "pod", pod, namespace: { name: "", labels: {} } };
}

function outcomeOf(decision: SideDecision, ids: ReadonlyMap<Rule, number>): Omit<Step, "key"> {
  const { rule, action, logged } = verdictOf(decision, ids);
  return { rule, allow: action === "allow", logged };
}

function sameOutcome(a: Omit<Step, "key">, b: Omit<Step, "key">): boolean {
  return a.rule === b.rule && a.allow === b.allow && a.logged === b.logged;
}

/**
 * Without the rules that can never be the one that a verdict names, because one that matches wherever `always` says comes
 * before them in their tier. Of NetworkPolicies a logged rule is named before all others.
 */
function withoutShadowed(rules: readonly PolicyRule[], always: (rule: Rule) => boolean): PolicyRule[] {
  const shadows = new Map<string, { logged: boolean }>();
  return rules.filter(({ policy, rule }) => {
    const shadow = shadows.get(policy.tier);
    const logged = policy.logged || rule.logged;
    if (shadow && (policy.tier !== "networkpolicy" || shadow.logged || !logged)) return false;
    if (always(rule)) shadows.set(policy.tier, { logged });
    return true;
  });
}

interface PortInterval {
  readonly from: number;
  /** The rules whose ports hold the interval, in order. */
  readonly rules: readonly PolicyRule[];
}

/** The ports of one protocol, cut wherever the rules that hold them change. */
function portIntervals(
  rules: readonly PolicyRule[],
  protocol: Protocol,
  destination: Endpoint,
): PortInterval[] {
  const ranges = new Map(rules.map((entry) => [entry.rule, rangesOf(entry.rule, protocol, destination)]));
  const full = (rule: Rule) => ranges.get(rule)!.some(({ from, to }) => from === 0 && to === 65535);
  const open = withoutShadowed(rules, full);
  const always = open.filter(({ rule }) => full(rule));
  if (open.every(({ rule }) => full(rule) || ranges.get(rule)!.length === 0))
    return [{ from: 0, rules: always }];
  const edges = new Map<number, { rule: number; step: 1 | -1 }[]>([[0, []]]);
  const edge = (at: number, rule: number, step: 1 | -1) => {
    const list = edges.get(at);
    if (list) list.push({ rule, step });
    else edges.set(at, [{ rule, step }]);
  };
  for (const [index, { rule }] of open.entries())
    for (const { from, to } of ranges.get(rule)!) {
      edge(from, index, 1);
      if (to < 65535) edge(to + 1, index, -1);
    }
  const depth = new Map<number, number>();
  return [...edges.keys()]
    .sort((a, b) => a - b)
    .map((from) => {
      for (const { rule, step } of edges.get(from)!) depth.set(rule, (depth.get(rule) ?? 0) + step);
      for (const { rule } of edges.get(from)!) if (depth.get(rule) === 0) depth.delete(rule);
      const held = [...depth.keys()].sort((a, b) => a - b);
      return { from, rules: held.map((index) => open[index]!) };
    });
}

function rangesOf(rule: Rule, protocol: Protocol, destination: Endpoint): { from: number; to: number }[] {
  if (rule.ports === undefined) return [ALL_PORTS];
  return rule.ports.flatMap((port) => {
    if (port.protocol !== protocol) return [];
    if (port.kind === "range") return port.from <= port.to ? [port] : [];
    const number = namedPort(destination, protocol, port.name);
    return number === undefined ? [] : [{ from: number, to: number }];
  });
}

/** The policies with these rules only, and the isolation that holds without any. */
function reduced(of: SubjectPolicies, rules: readonly PolicyRule[]): Policy[] {
  const kept = new Map<Policy, Rule[]>();
  for (const { policy, rule } of rules) {
    const list = kept.get(policy);
    if (list) list.push(rule);
    else kept.set(policy, [rule]);
  }
  for (const policy of of.isolation) if (!kept.has(policy)) kept.set(policy, []);
  return [...kept].map(([policy, own]) => ({ ...policy, rules: own }));
}
