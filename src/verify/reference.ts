/** What the reference semantics say of packets: many between few ends. */
import type { Endpoint, Flow } from "../analysis/semantics/decide.js";
import { decideSide, matchesPeer } from "../analysis/semantics/decide.js";
import type { Bundle } from "../bundle/bundle.js";
import type { ManifestSet } from "../bundle/manifest.js";
import type { Direction, Policy, Rule } from "../ir/policy.js";

export interface Expected {
  readonly verdict: "allow" | "deny";
  /** Numbers in the set of the rules that a program may give as its reason; 0: no rule. */
  readonly rules: readonly number[];
}

export class Reference {
  private readonly policies: readonly NarrowedPolicy[];
  private readonly byPeer = new WeakMap<Endpoint, readonly Policy[]>();
  private readonly numbers: ReadonlyMap<Rule, number>;

  constructor({ policies }: Bundle, set: ManifestSet) {
    const numbers = new Map<Rule, number>();
    const rules = policies.flatMap((policy) => policy.rules);
    for (const [index, id] of set.rules.entries()) numbers.set(rules[id - 1]!, index + 1);
    this.policies = set.policies.map((index) => new NarrowedPolicy(policies[index]!, numbers));
    this.numbers = numbers;
  }

  /** `flow` is between a pod of the set and `peer`, which is the same object for all packets of one peer. */
  expected(direction: Direction, flow: Flow, peer: Endpoint): Expected {
    let policies = this.byPeer.get(peer);
    if (!policies) {
      policies = this.policies.map((policy) => policy.for(peer));
      this.byPeer.set(peer, policies);
    }
    const { verdict, rules } = decideSide(policies, direction, flow);
    return { verdict, rules: rules.length > 0 ? rules.map(({ rule }) => this.numbers.get(rule)!) : [0] };
  }
}

/**
 * A policy with the peers of its rules already compared with one peer: rules that do not name it are left out, and the others
 * are for any peer. A peer gets many packets, and a rule may have thousands of peers.
 */
class NarrowedPolicy {
  /** The rules for any peer. */
  private readonly rules: readonly Rule[];
  /** By the rules that are left: few kinds of peers are told apart. */
  private readonly narrowed = new Map<string, Policy>();

  constructor(
    private readonly policy: Policy,
    numbers: Map<Rule, number>,
  ) {
    this.rules = policy.rules.map((rule) => {
      const { peers: _, ...anyPeer } = rule;
      const number = numbers.get(rule);
      if (number !== undefined) numbers.set(anyPeer, number);
      return anyPeer;
    });
  }

  for(peer: Endpoint): Policy {
    const left = [...this.policy.rules.keys()].filter((index) => {
      const { peers } = this.policy.rules[index]!;
      return peers === undefined || peers.some((term) => matchesPeer(term, peer));
    });
    const id = left.join();
    const known = this.narrowed.get(id);
    if (known) return known;
    const policy = { ...this.policy, rules: left.map((index) => this.rules[index]!) };
    this.narrowed.set(id, policy);
    return policy;
  }
}
