/** Which peer terms hold for a pod or an address, for all policy sets of a node at once. */
import { blockOf } from "../ir/address.js";
import type { Address } from "../ir/address.js";
import type { Labels, Namespace, Pod } from "../ir/inventory.js";
import { NAMESPACE_NAME_LABEL } from "../ir/inventory.js";
import type { LabelSelector, NamespaceMatch, Peer, PodMatch } from "../ir/policy.js";
import { selectsPod } from "../analysis/semantics/select.js";
import type { CidrClass, TermSet } from "./cidr_partition.js";
import { CidrPartition } from "./cidr_partition.js";

/**
 * The distinct terms of several policy sets, numbered in the order they came. A pod is asked only the terms that one of
 * its labels, or its namespace, can satisfy, and equal label sets are asked once: the work is near linear in the pods.
 */
export class PeerTerms {
  private readonly numbers: ReadonlyMap<string, number>;
  private readonly pods = new PodTermIndex();
  private readonly cidrs: CidrPartition;
  private readonly seen = new Map<string, TermSet>();

  constructor(terms: Iterable<Peer>) {
    const numbers = new Map<string, number>();
    const blocks: { term: number; cidr: ReturnType<typeof blockOf>; except: ReturnType<typeof blockOf>[] }[] =
      [];
    for (const term of terms) {
      const key = peerKey(term);
      if (numbers.has(key)) continue;
      const number = numbers.size;
      numbers.set(key, number);
      if (term.kind === "pods") this.pods.add(number, term);
      else
        blocks.push({
          term: number,
          cidr: blockOf(term.cidr.text),
          except: term.except.map(({ text }) => blockOf(text)),
        });
    }
    this.numbers = numbers;
    this.cidrs = new CidrPartition(blocks);
  }

  /** The number of a term, undefined if it is none of them. Spans do not matter. */
  numberOf(term: Peer): number | undefined {
    return this.numbers.get(peerKey(term));
  }

  ofAddress(address: Address): TermSet {
    return this.cidrs.termsAt(address);
  }

  /** A pod as a peer that is seen with this address: by its labels, and by the blocks that hold the address. */
  ofPod(pod: Pick<Pod, "labels">, namespace: Pick<Namespace, "name" | "labels">, address: Address): TermSet {
    const key = `${namespace.name}\n${labelsKey(pod.labels)}`;
    let byLabels = this.seen.get(key);
    if (!byLabels) this.seen.set(key, (byLabels = this.pods.matching(pod, namespace)));
    const byBlocks = this.ofAddress(address);
    return byBlocks.length === 0 ? byLabels : [...byLabels, ...byBlocks].sort((a, b) => a - b);
  }

  /** Every prefix that some block mentions, with the terms of the addresses that no longer prefix holds. */
  cidrClasses(): Iterable<CidrClass> {
    return this.cidrs.classes();
  }
}

/** Terms that select pods, each filed under one label value without which it cannot hold. */
class PodTermIndex {
  private readonly terms = new Map<number, PodMatch>();
  private readonly byLabel = new Map<string, number[]>();
  private readonly anywhere: number[] = [];

  add(number: number, term: PodMatch): void {
    this.terms.set(number, term);
    const needed = neededLabels(term);
    if (!needed) return void this.anywhere.push(number);
    for (const label of needed) {
      const list = this.byLabel.get(label);
      if (list) list.push(number);
      else this.byLabel.set(label, [number]);
    }
  }

  matching(pod: Pick<Pod, "labels">, namespace: Pick<Namespace, "name" | "labels">): TermSet {
    const candidates = [
      ...Object.entries(pod.labels).map(([key, value]) => labelId("pod", key, value)),
      ...Object.entries({ ...namespace.labels, [NAMESPACE_NAME_LABEL]: namespace.name }).map(([key, value]) =>
        labelId("namespace", key, value),
      ),
    ].flatMap((label) => this.byLabel.get(label) ?? []);
    return [...this.anywhere, ...candidates]
      .filter((number) => selectsPod(this.terms.get(number)!, pod, namespace))
      .sort((a, b) => a - b);
  }
}

/** One of these labels a pod must have for the term to select it, undefined if the term demands no value at all. */
function neededLabels({ namespaces, pods }: PodMatch): readonly string[] | undefined {
  const ofPod = pods.requirements.find(({ operator }) => operator === "In");
  if (ofPod) return ofPod.values.map((value) => labelId("pod", ofPod.key, value));
  if (namespaces.kind === "name") return [labelId("namespace", NAMESPACE_NAME_LABEL, namespaces.name)];
  const ofNamespace = namespaces.selector.requirements.find(
    // The name is filed as the API guarantees it; a condition on that label is read from the labels themselves.
    ({ operator, key }) => operator === "In" && key !== NAMESPACE_NAME_LABEL,
  );
  return ofNamespace?.values.map((value) => labelId("namespace", ofNamespace.key, value));
}

function labelId(part: "pod" | "namespace", key: string, value: string): string {
  return `${part} ${key}=${value}`;
}

function labelsKey(labels: Labels): string {
  return JSON.stringify(Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** Equal for peers that differ in their spans only. */
function peerKey(peer: Peer): string {
  return peer.kind === "block"
    ? JSON.stringify([peer.cidr.text, ...peer.except.map(({ text }) => text)])
    : JSON.stringify([namespaceKey(peer.namespaces), selectorKey(peer.pods)]);
}

function namespaceKey(match: NamespaceMatch): unknown {
  return match.kind === "name" ? match.name : [selectorKey(match.selector)];
}

function selectorKey({ requirements }: LabelSelector): unknown {
  return requirements.map(({ key, operator, values }) => [key, operator, values]);
}
