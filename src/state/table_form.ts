/** Programs of the table form: the steps of every peer class for one subject, equal runs stored once. */
import type { Endpoint } from "../analysis/semantics/decide.js";
import { selectsPod } from "../analysis/semantics/select.js";
import type { Bundle } from "../bundle/bundle.js";
import { ruleIds } from "../codegen/rule_ids.js";
import type { Direction, Rule } from "../ir/policy.js";
import type { Run, Step } from "./encode.js";
import { encodeSteps, encodeTablePeers, encodeTableSubject } from "./encode.js";
import type { PeerClass } from "./peer_classes.js";
import type { PeerTerms } from "./peer_terms.js";
import type { Subject } from "./profiles.js";
import type { PolicyRule, SubjectPolicies } from "./rule_steps.js";
import { stepsFor, subjectPolicies } from "./rule_steps.js";

export interface TableProgram {
  readonly subject: Buffer;
  readonly peers: Buffer;
  readonly table: Buffer;
}

/** The rules of one direction, filed by the peer terms through which they match. */
interface RuleIndex {
  readonly policies: SubjectPolicies;
  readonly byTerm: ReadonlyMap<number, readonly number[]>;
  /** Rules for every peer. */
  readonly always: readonly number[];
}

export class TableBuilder {
  private readonly ids: ReadonlyMap<Rule, number>;
  private readonly indices: Record<Direction, RuleIndex>;
  private readonly steps: Step[] = [];
  private readonly runs = new Map<string, Run>();
  private readonly seen = new Map<string, Run>();
  private longest = 1;

  constructor(bundle: Bundle, subject: Subject, terms: PeerTerms) {
    this.ids = ruleIds(bundle.policies);
    this.indices = {
      ingress: indexOf(bundle, subject, terms, "ingress"),
      egress: indexOf(bundle, subject, terms, "egress"),
    };
  }

  build(classes: readonly PeerClass[]): TableProgram {
    const peers = classes.map((peer) => ({
      ownNode: peer.ownNode,
      egress: this.run("egress", peer),
      ingress: this.run("ingress", peer),
    }));
    return {
      subject: encodeTableSubject(this.longest),
      peers: encodeTablePeers(peers),
      table: encodeSteps(this.steps),
    };
  }

  /** Classes that the same rules match, with the same meanings of port names, have the same run. */
  private run(direction: Direction, peer: PeerClass): Run {
    const { policies, byTerm, always } = this.indices[direction];
    const held = new Set([...always, ...peer.terms.flatMap((term) => byTerm.get(term) ?? [])]);
    const matching = [...held].sort((a, b) => a - b);
    const key = `${direction}|${peer.ownNode}|${direction === "egress" ? peer.ports.join() : ""}|${matching.join()}`;
    let run = this.seen.get(key);
    if (!run) {
      const rules = matching.map((index) => policies.rules[index]!);
      run = this.intern(stepsFor(policies, rules, peer.endpoint, this.ids));
      this.seen.set(key, run);
    }
    return run;
  }

  private intern(steps: readonly Step[]): Run {
    const key = steps.map(({ key, rule, allow, logged }) => `${key},${rule},${allow},${logged}`).join(";");
    let run = this.runs.get(key);
    if (!run) {
      run = { start: this.steps.length, count: steps.length };
      for (const step of steps) this.steps.push(step);
      this.runs.set(key, run);
      this.longest = Math.max(this.longest, run.count);
    }
    return run;
  }
}

function indexOf(bundle: Bundle, subject: Subject, terms: PeerTerms, direction: Direction): RuleIndex {
  const { pod, namespace, profile } = subject;
  const endpoint: Endpoint = { kind: "pod", pod, namespace };
  const policies = subjectPolicies(
    profile.policies.map((index) => bundle.policies[index]!),
    direction,
    endpoint,
    (of) => selectsPod(of.subject, pod, namespace),
  );
  const byTerm = new Map<number, number[]>();
  const always: number[] = [];
  for (const [index, { rule }] of policies.rules.entries()) {
    if (!rule.peers) always.push(index);
    else for (const term of new Set(termsOf(rule, terms))) file(byTerm, term, index);
  }
  return { policies, byTerm, always };
}

function termsOf(rule: PolicyRule["rule"], terms: PeerTerms): number[] {
  return rule.peers!.map((peer) => {
    const number = terms.numberOf(peer);
    if (number === undefined) throw new Error("a rule's peer is not among the terms of its policy set");
    return number;
  });
}

function file(byTerm: Map<number, number[]>, term: number, index: number): void {
  const list = byTerm.get(term);
  if (list) list.push(index);
  else byTerm.set(term, [index]);
}
