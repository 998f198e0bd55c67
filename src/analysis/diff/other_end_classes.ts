/** The peers that stand for all that some rules can tell apart: addresses outside the cluster, and pods with an address. */
import type { BlockMatch, Peer, PodMatch, Rule } from "../../ir/policy.js";
import { podClasses } from "../sets/classes.js";
import { blockClasses } from "../sets/intervals.js";
import { contentOf, distinct } from "../sides/content.js";
import type { PodKind } from "../sides/policy_index.js";
import { outsideAddress, podAddress } from "./witness_address.js";

export interface OtherEnd {
  /** undefined: an address that is no pod's. */
  readonly pod: PodKind | undefined;
  /** undefined: a pod's address that no rule asks for. */
  readonly ip: string | undefined;
  /** Bit i: a peer of `rules[i]` is this end. */
  readonly holding: bigint;
}

export interface OtherEndOptions {
  /** The most classes of pods, and of ends. */
  readonly limit: number;
  /** Pods are told apart by these as well, and addresses by their family. */
  readonly apart?: readonly PodMatch[];
}

/** The ends that are `within` (undefined: all). Not `complete`: there are more than the limit. */
export function otherEnds(
  rules: readonly Rule[],
  within: Peer | undefined,
  options: OtherEndOptions,
): { readonly ends: readonly OtherEnd[]; readonly complete: boolean } {
  const terms = new TermBits(rules);
  const pods = podEnds(terms, within?.kind === "pods" ? within : undefined, options);
  const addresses = addressEnds(terms, within?.kind === "block" ? within : undefined, options);
  const anyAddress = terms.blocks.length === 0 && within?.kind !== "block";
  const outside = within?.kind === "pods" ? [] : addresses;
  const complete = pods.complete && pods.ends.length * addresses.length + outside.length <= options.limit;
  const inside = pods.ends
    .slice(0, Math.floor(options.limit / addresses.length))
    .flatMap(({ pod, holding }): OtherEnd[] =>
      anyAddress
        ? [{ pod, ip: undefined, holding }]
        : addresses.map((each) => ({ pod, ip: each.podIp, holding: holding | each.holding })),
    );
  return {
    ends: [...outside.map(({ ip, holding }) => ({ pod: undefined, ip, holding })), ...inside],
    complete,
  };
}

/** Which rules have which peer term. */
class TermBits {
  readonly pods: readonly PodMatch[];
  readonly blocks: readonly BlockMatch[];
  /** The rules of every peer. */
  readonly always: bigint;
  private readonly rules = new Map<string, bigint>();

  constructor(rules: readonly Rule[]) {
    const terms = distinct(rules.flatMap(({ peers }) => peers ?? []));
    this.pods = terms.filter((term) => term.kind === "pods");
    this.blocks = terms.filter((term) => term.kind === "block");
    let always = 0n;
    for (const [index, { peers }] of rules.entries()) {
      const bit = 1n << BigInt(index);
      if (!peers) always |= bit;
      for (const peer of peers ?? []) {
        const text = contentOf(peer);
        this.rules.set(text, (this.rules.get(text) ?? 0n) | bit);
      }
    }
    this.always = always;
  }

  /** The rules with one of the terms. */
  of(terms: readonly Peer[], matched: readonly number[]): bigint {
    let bits = this.always;
    for (const index of matched) {
      const term = terms[index];
      if (term) bits |= this.rules.get(contentOf(term))!;
    }
    return bits;
  }
}

function podEnds(terms: TermBits, within: PodMatch | undefined, { limit, apart = [] }: OtherEndOptions) {
  const matches = [...terms.pods, ...apart];
  const { classes, truncated } = podClasses(matches, { limit, ...(within && { within }) });
  const found = new Map<string, { pod: PodKind; holding: bigint }>();
  for (const pod of classes) {
    const holding = terms.of(terms.pods, pod.matched);
    const key = `${holding} ${pod.signature >> BigInt(terms.pods.length)}`;
    if (!found.has(key)) found.set(key, { pod, holding });
  }
  return { ends: [...found.values()], complete: !truncated };
}

function addressEnds(terms: TermBits, within: BlockMatch | undefined, { apart }: OtherEndOptions) {
  const classes = blockClasses(within ? [...terms.blocks, within] : terms.blocks);
  const found = new Map<string, { ip: string; podIp: string; holding: bigint }>();
  for (const block of classes) {
    if (within && block.matched.at(-1) !== terms.blocks.length) continue;
    const holding = terms.of(terms.blocks, block.matched);
    const key = apart ? `${holding} ${block.family}` : String(holding);
    if (!found.has(key)) found.set(key, { ip: outsideAddress(block), podIp: podAddress(block), holding });
  }
  return [...found.values()];
}
