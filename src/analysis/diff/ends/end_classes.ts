/** The other ends that some rules can tell apart: classes of pods and of addresses. */
import type { BlockMatch, Peer, PodMatch, Rule } from "../../../ir/policy.js";
import { podClasses } from "../../sets/classes.js";
import type { PodClass } from "../../sets/classes.js";
import { blockClasses } from "../../sets/intervals.js";
import type { BlockClass } from "../../sets/intervals.js";
import { isContradictory } from "../../sets/pod_conditions.js";
import { contentOf, distinct } from "../../sides/content.js";
import type { EndSpace } from "./describe_ends.js";

export interface EndClasses extends EndSpace {
  readonly classes: readonly PodClass[];
  readonly addresses: readonly BlockClass[];
  /** Bit i: a peer of `rules[i]` is this class of pods, by labels; the rules of every peer are. */
  byLabels(pod: PodClass): bigint;
  /** Of every peer, for an address that no pod has. */
  readonly always: bigint;
  /** The same by address. */
  readonly byAddress: readonly bigint[];
  /** Else there are more classes of pods. */
  readonly complete: boolean;
}

/** @param within the ends that are looked at: those of one of these peers; undefined among them: all */
export function endClasses(
  rules: readonly Rule[],
  within: readonly (Peer | undefined)[],
  limit: number,
): EndClasses {
  const peers = distinct(rules.flatMap((rule) => rule.peers ?? []));
  const terms = peers.filter((term) => term.kind === "pods").filter((term) => !isContradictory(term));
  const blocks = peers.filter((term) => term.kind === "block");
  const ofTerm = rulesByTerm(rules);
  const always = bitsOfRules(rules, (rule) => !rule.peers);
  const pods = within.filter((each) => each?.kind === "pods");
  const ofPods = pods.length === within.length;
  const found = ofPods ? classesWithin(terms, pods, limit) : podClasses(terms, { limit });
  const addresses = blocks.length > 0 ? blockClasses(blocks) : [EVERY_ADDRESS];
  const chosen = new Set(pods.map(contentOf));
  return {
    terms,
    classes: found.classes,
    outside: !ofPods,
    within: undefined,
    ...(ofPods && {
      anchors: new Set([...terms.keys()].filter((index) => chosen.has(contentOf(terms[index]!)))),
    }),
    addresses,
    byLabels: ({ matched }) =>
      matched.reduce((bits, index) => bits | ofTerm.get(contentOf(terms[index]!))!, always),
    always,
    byAddress: addresses.map(({ matched }) =>
      matched.reduce((bits, index) => bits | ofTerm.get(contentOf(blocks[index]!))!, 0n),
    ),
    complete: !found.truncated,
  };
}

/** Where no rule asks for an address. */
export const EVERY_ADDRESS: BlockClass = {
  ...blockClasses([])[0]!,
  matched: [],
};

function classesWithin(terms: readonly PodMatch[], within: readonly PodMatch[], limit: number) {
  const found = new Map<string, PodClass>();
  let truncated = false;
  for (const each of within) {
    const result = podClasses(terms, { within: each, limit });
    if (result.truncated) truncated = true;
    for (const one of result.classes) {
      const key = one.matched.join();
      if (!found.has(key)) found.set(key, one);
    }
  }
  return { classes: [...found.values()], truncated };
}

function rulesByTerm(rules: readonly Rule[]): ReadonlyMap<string, bigint> {
  const found = new Map<string, bigint>();
  for (const [index, { peers = [] }] of rules.entries())
    for (const peer of peers) {
      const text = contentOf(peer);
      found.set(text, (found.get(text) ?? 0n) | (1n << BigInt(index)));
    }
  return found;
}

function bitsOfRules(rules: readonly Rule[], holds: (rule: Rule) => boolean): bigint {
  let bits = 0n;
  for (const [index, rule] of rules.entries()) if (holds(rule)) bits |= 1n << BigInt(index);
  return bits;
}

/** The blocks that rules ask for. */
export function blocksOf(rules: readonly Rule[]): readonly BlockMatch[] {
  return distinct(rules.flatMap(({ peers = [] }) => peers.filter((peer) => peer.kind === "block")));
}
