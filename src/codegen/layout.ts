/** What each bit of `struct subject` and `struct peer` means for one policy set (bpf-templates/specialised.h). */
import type { LabelSelector, NamedPort, Peer, PodMatch, Protocol } from "../ir/policy.js";
import { rulesOf } from "./policy_set.js";
import type { PolicySet } from "./policy_set.js";

export interface Layout {
  /** Distinct subject selectors: bit i of `struct subject.selected`. */
  readonly subjects: readonly PodMatch[];
  /** Distinct peer terms: bit i of `struct peer.terms`. */
  readonly terms: readonly Peer[];
  /** Distinct named ports: slot i of `port` in both structs. */
  readonly namedPorts: readonly { readonly protocol: Protocol; readonly name: string }[];
  /** 64-bit words of `struct subject.selected`, at least 1. */
  readonly subjectWords: number;
  /** 64-bit words of `struct peer.terms`, at least 1. */
  readonly termWords: number;
  /** Entries of `port`: a multiple of 4, at least 4, so that the structs have no padding. */
  readonly namedSlots: number;
  subjectBit(subject: PodMatch): number;
  termBit(term: Peer): number;
  namedSlot(port: NamedPort): number;
}

/** Bits and slots are given in the order in which the rules are evaluated, so equal sets have equal layouts. */
export function layoutOf(set: PolicySet): Layout {
  const subjects = new Distinct<PodMatch>();
  const terms = new Distinct<Peer>();
  const named = new Distinct<Pick<NamedPort, "protocol" | "name">>();
  for (const rule of set.admin.flatMap(({ rules }) => rules)) subjects.add(rule.subject);
  for (const policy of set.networkPolicies) subjects.add(policy.subject);
  for (const rule of set.baseline.flatMap(({ rules }) => rules)) subjects.add(rule.subject);
  for (const rule of rulesOf(set)) {
    rule.peers?.forEach((peer) => terms.add(peer));
    for (const port of rule.ports ?? [])
      if (port.kind === "named") named.add({ protocol: port.protocol, name: port.name });
  }
  const words = (bits: number) => Math.max(1, Math.ceil(bits / 64));
  return {
    subjects: subjects.values,
    terms: terms.values,
    namedPorts: named.values,
    subjectWords: words(subjects.values.length),
    termWords: words(terms.values.length),
    namedSlots: Math.max(4, Math.ceil(named.values.length / 4) * 4),
    subjectBit: (subject) => subjects.indexOf(subject),
    termBit: (term) => terms.indexOf(term),
    namedSlot: ({ protocol, name }) => named.indexOf({ protocol, name }),
  };
}

/** Values without repeats, in the order they came. */
class Distinct<T extends PodMatch | Peer | Pick<NamedPort, "protocol" | "name">> {
  readonly values: T[] = [];
  private readonly indices = new Map<string, number>();

  add(value: T): void {
    const id = identity(value);
    if (this.indices.has(id)) return;
    this.indices.set(id, this.values.length);
    this.values.push(value);
  }

  indexOf(value: T): number {
    return this.indices.get(identity(value))!;
  }
}

/** IR is canonical: equal values have equal text here, whatever their spans. */
function identity(value: PodMatch | Peer | Pick<NamedPort, "protocol" | "name">): string {
  if (!("kind" in value)) return JSON.stringify([value.protocol, value.name]);
  if (value.kind === "block")
    return JSON.stringify([value.cidr.text, ...value.except.map(({ text }) => text)]);
  const selector = ({ requirements }: LabelSelector) =>
    requirements.map(({ key, operator, values }) => [key, operator, ...values]);
  const { namespaces, pods } = value;
  return JSON.stringify([
    namespaces.kind === "name" ? namespaces.name : selector(namespaces.selector),
    selector(pods),
  ]);
}
