/** The sentences that make exactly the rules of the NetworkPolicies in one `policy(...)`. */
import { contentOf } from "../../analysis/sides/content.js";
import type { Direction, NetworkPolicy, Peer, PodMatch, PortMatch, Rule } from "../../ir/policy.js";
import type { Span } from "../../source/span.js";
import { Isolation } from "../../parser/typescript/lower/isolation.js";
import type { Isolated } from "../../parser/typescript/lower/isolation.js";

export interface PlannedSentence {
  readonly action: Rule["action"];
  /** undefined: anywhere. */
  readonly from: readonly Peer[] | undefined;
  readonly to: readonly Peer[] | undefined;
  readonly ports: readonly PortMatch[] | undefined;
  readonly only: Direction | undefined;
  readonly logged: boolean;
  readonly name?: string;
  /** The places of the rules that it expresses. */
  readonly spans: readonly Span[];
}

/**
 * 1. Each ingress rule becomes a sentence to its subject, each egress rule one from its subject.
 * 2. If a sentence also makes existing rules at its other end, these get no sentence of their own.
 * 3. If it would make a rule that does not exist there, the sentence has one direction only.
 * 4. Sentences that differ only in the isolated end are merged.
 */
export function sentencesOf(policies: readonly NetworkPolicy[]): readonly PlannedSentence[] {
  const workloads = policies.map((policy): Isolated => ({
    subject: policy.subject,
    namespace: policy.namespace,
    workload: undefined,
    name: policy.name,
    ...policy.isolates,
  }));
  const side = new SideRules(new Map(workloads.map((workload, index) => [workload, policies[index]!])));
  const sentences = (["ingress", "egress"] as const).flatMap((direction) =>
    workloads.flatMap((workload, index) =>
      policies[index]!.rules.filter((rule) => rule.direction === direction).flatMap(
        (rule) => side.sentence(workload, rule) ?? [],
      ),
    ),
  );
  if (policies.length === 1) return sentences;
  return merged(merged(sentences, workloads, "to"), workloads, "from");
}

class SideRules {
  private readonly isolation: Isolation;
  /** What each direction of each workload's policy allows, peer by peer and port by port. */
  private readonly allowed = new Map<Isolated, Record<Direction, Set<string>>>();
  /** The part of that which sentences express already. */
  private readonly said = new Map<Isolated, Record<Direction, Set<string>>>();

  constructor(policies: ReadonlyMap<Isolated, NetworkPolicy>) {
    this.isolation = new Isolation([...policies.keys()]);
    for (const [workload, { rules }] of policies) {
      this.said.set(workload, { ingress: new Set(), egress: new Set() });
      const allowed = { ingress: new Set<string>(), egress: new Set<string>() };
      this.allowed.set(workload, allowed);
      for (const rule of rules)
        for (const atom of atoms(rule.peers, rule.ports, rule.logged)) allowed[rule.direction].add(atom);
    }
  }

  /** A sentence for the part of the rule that no other one expresses. */
  sentence(workload: Isolated, rule: Rule): PlannedSentence | undefined {
    const { direction, ports, logged, action } = rule;
    const said = this.said.get(workload)![direction];
    const unsaid = (peers: readonly Peer[] | undefined) =>
      atoms(peers, ports, logged).some((atom) => !said.has(atom));
    const peers = rule.peers?.filter((peer) => unsaid([peer]));
    if (peers ? peers.length === 0 : !unsaid(undefined)) return undefined;
    for (const atom of atoms(peers, ports, logged)) said.add(atom);
    const own = [workload.subject];
    const [from, to] = direction === "ingress" ? [peers, own] : [own, peers];
    const only = this.sayAtOtherEnd(rule, peers, own) ? undefined : direction;
    return { action, from, to, ports, only, logged, spans: [rule.span] };
  }

  /** False if the sentence would make rules there that do not exist. Otherwise marks them as expressed. */
  private sayAtOtherEnd(rule: Rule, peers: readonly Peer[] | undefined, own: readonly PodMatch[]): boolean {
    const other = rule.direction === "ingress" ? "egress" : "ingress";
    const given = atoms(own, rule.ports, rule.logged);
    const workloads = [...this.isolation.of(peers ? { peers } : {}, other)];
    if (!workloads.every((each) => given.every((atom) => this.allowed.get(each)![other].has(atom))))
      return false;
    for (const each of workloads) for (const atom of given) this.said.get(each)![other].add(atom);
    return true;
  }
}

/** One text for each peer and port. */
export function atoms(
  peers: readonly Peer[] | undefined,
  ports: readonly PortMatch[] | undefined,
  logged: boolean,
): readonly string[] {
  return (peers ?? [undefined]).flatMap((peer) =>
    (ports ?? [undefined]).map((port) => `${peer ? contentOf(peer) : "*"} ${textOf(port)} ${logged}`),
  );
}

function textOf(ports: PortMatch | readonly PortMatch[] | undefined): string {
  return JSON.stringify(ports, (key, value: unknown) => (key === "span" ? undefined : value)) ?? "*";
}

/** Merges sentences that differ only in an isolated workload at one end, at the place of the first. */
function merged(
  sentences: readonly PlannedSentence[],
  workloads: readonly Isolated[],
  end: "from" | "to",
): readonly PlannedSentence[] {
  const isolated = new Set(workloads.map(({ subject }) => contentOf(subject)));
  const found = new Map<string, PlannedSentence>();
  for (const [index, sentence] of sentences.entries()) {
    const own = sentence[end];
    const mergeable = own?.every((peer) => isolated.has(contentOf(peer))) === true;
    const other = (end === "from" ? sentence.to : sentence.from)?.map(contentOf);
    const key = mergeable
      ? JSON.stringify([other, textOf(sentence.ports), sentence.only, sentence.logged])
      : String(index);
    const first = found.get(key);
    found.set(
      key,
      first
        ? { ...first, [end]: [...first[end]!, ...own!], spans: [...first.spans, ...sentence.spans] }
        : sentence,
    );
  }
  return [...found.values()];
}
