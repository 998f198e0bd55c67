/** The peers that stand for all that some rules can tell apart: addresses outside the cluster, and pods with an address. */
import { parseAddress } from "../../ir/address.js";
import type { Family } from "../../ir/address.js";
import type { BlockMatch, Peer, PodMatch, Rule } from "../../ir/policy.js";
import { podClasses } from "../classes.js";
import { blockClasses } from "../intervals.js";
import type { BlockClass } from "../intervals.js";
import { contentOf, distinct } from "./content.js";
import type { PodKind } from "./policy_index.js";

export interface FarEnd {
  /** undefined: an address that is no pod's. */
  readonly pod: PodKind | undefined;
  /** undefined: a pod's address that no rule asks for. */
  readonly ip: string | undefined;
  /** Bit i: a peer of `rules[i]` is this end. */
  readonly holding: bigint;
}

export interface FarEndOptions {
  /** The most classes of pods, and of ends. */
  readonly limit: number;
  /** Pods are told apart by these as well, and addresses by their family. */
  readonly apart?: readonly PodMatch[];
}

/** The ends that are `within` (undefined: all). Not `complete`: there are more than the limit. */
export function farEnds(
  rules: readonly Rule[],
  within: Peer | undefined,
  options: FarEndOptions,
): { readonly ends: readonly FarEnd[]; readonly complete: boolean } {
  const terms = new TermBits(rules);
  const pods = podEnds(terms, within?.kind === "pods" ? within : undefined, options);
  const addresses = addressEnds(terms, within?.kind === "block" ? within : undefined, options);
  const anyAddress = terms.blocks.length === 0 && within?.kind !== "block";
  const outside = within?.kind === "pods" ? [] : addresses;
  const complete = pods.complete && pods.ends.length * addresses.length + outside.length <= options.limit;
  const inside = pods.ends
    .slice(0, Math.floor(options.limit / addresses.length))
    .flatMap(({ pod, holding }): FarEnd[] =>
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

function podEnds(terms: TermBits, within: PodMatch | undefined, { limit, apart = [] }: FarEndOptions) {
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

function addressEnds(terms: TermBits, within: BlockMatch | undefined, { apart }: FarEndOptions) {
  const classes = blockClasses(within ? [...terms.blocks, within] : terms.blocks);
  const found = new Map<string, { ip: string; podIp: string; holding: bigint }>();
  for (const block of classes) {
    if (within && block.matched.at(-1) !== terms.blocks.length) continue;
    const holding = terms.of(terms.blocks, block.matched);
    const key = apart ? `${holding} ${block.family}` : String(holding);
    if (!found.has(key))
      found.set(key, { ip: addressIn(block, OUTSIDE), podIp: addressIn(block, PODS), holding });
  }
  return [...found.values()];
}

/** Addresses that are made for examples (RFC 5737, RFC 3849), and such as pods often have. */
const OUTSIDE: Readonly<Record<Family, readonly string[]>> = {
  4: ["203.0.113.1", "198.51.100.1", "192.0.2.1"],
  6: ["2001:db8::1"],
};
const PODS: Readonly<Record<Family, readonly string[]>> = {
  4: ["10.0.0.1", "172.16.0.1", "192.168.0.1"],
  6: ["fd00::1"],
};

function addressIn({ family, ranges, witness }: BlockClass, usual: typeof PODS): string {
  const familiar = usual[family].find((text) => {
    const { value } = parseAddress(text)!;
    return ranges.some(({ first, last }) => first <= value && value <= last);
  });
  return familiar ?? witness;
}
