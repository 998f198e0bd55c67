/**
 * What the rules of a node's subjects ask of a peer: selectors of pods, blocks of addresses, and what a port name means.
 * Each distinct one has a number as long as some rule asks for it.
 */
import { blockOf } from "../../../ir/address.js";
import type { LabelSelector, NamespaceMatch, Peer, PodMatch } from "../../../ir/policy.js";
import type { BlockTerm } from "../../cidr_partition.js";
import type { PortName, PortNumbers } from "../../rule_steps.js";
import { PodTermIndex } from "./pod_terms.js";

/** What a batch of changes has made of the terms. */
export interface TermChanges {
  readonly added: readonly NumberedMatch[];
  readonly removed: readonly NumberedMatch[];
  readonly addedNames: readonly PortName[];
  readonly removedNames: readonly { readonly name: PortName; readonly terms: ReadonlySet<number> }[];
  /** Blocks that were added or removed. */
  readonly blocks: readonly BlockTerm[];
}

export interface NumberedMatch {
  readonly term: number;
  readonly match: PodMatch;
}

interface Counted {
  users: number;
  /** Pods are asked for it. */
  live: boolean;
}

type PeerTerm = Counted & { readonly key: string; readonly term: number; readonly peer: Peer };

/** Of a port name there is one term for each number that it has on some pod. */
type NameTerms = Counted & { readonly name: PortName; readonly byPort: Map<number, number> };

export class Terms {
  readonly pods = new PodTermIndex();
  private readonly byKey = new Map<string, PeerTerm>();
  private readonly byNumber = new Map<number, PeerTerm>();
  private readonly names = new Map<PortName, NameTerms>();
  private readonly ports = new Map<number, { readonly name: PortName; readonly port: number }>();
  private readonly liveBlocks = new Map<number, BlockTerm>();
  private touched = new Set<PeerTerm>();
  private touchedNames = new Set<NameTerms>();
  private next = 1;

  use(peer: Peer): number {
    const key = peerKey(peer);
    let term = this.byKey.get(key);
    if (!term) {
      term = { key, term: this.next++, peer, users: 0, live: false };
      this.byKey.set(key, term);
      this.byNumber.set(term.term, term);
    }
    term.users++;
    this.touched.add(term);
    return term.term;
  }

  drop(number: number): void {
    const term = this.byNumber.get(number)!;
    term.users--;
    this.touched.add(term);
  }

  useName(name: PortName): void {
    let terms = this.names.get(name);
    if (!terms) this.names.set(name, (terms = { name, byPort: new Map(), users: 0, live: false }));
    terms.users++;
    this.touchedNames.add(terms);
  }

  dropName(name: PortName): void {
    const terms = this.names.get(name)!;
    terms.users--;
    this.touchedNames.add(terms);
  }

  /** Undefined: no rule asks for such a peer. Spans do not matter. */
  numberOf(peer: Peer): number | undefined {
    return this.byKey.get(peerKey(peer))?.term;
  }

  /** What a pod on which the name means this port is to some rule; undefined: no rule asks for the name. */
  portTerm(name: PortName, port: number): number | undefined {
    const terms = this.names.get(name);
    if (!terms?.live) return undefined;
    let term = terms.byPort.get(port);
    if (term === undefined) {
      terms.byPort.set(port, (term = this.next++));
      this.ports.set(term, { name, port });
    }
    return term;
  }

  /** The terms of a port name. */
  termsOfName(name: PortName): Iterable<number> {
    return this.names.get(name)?.byPort.values() ?? [];
  }

  /** What port names mean on peers that these terms hold for. */
  portsOf(terms: readonly number[]): PortNumbers {
    const found = new Map<PortName, number>();
    for (const term of terms) {
      const of = this.ports.get(term);
      if (of) found.set(of.name, of.port);
    }
    return found;
  }

  blocks(): readonly BlockTerm[] {
    return [...this.liveBlocks.values()];
  }

  /** From now on pods are asked for the terms that have users, and for no others. */
  settle(): TermChanges {
    const changed = [...this.touched].filter(({ users, live }) => users > 0 !== live);
    const names = [...this.touchedNames].filter(({ users, live }) => users > 0 !== live);
    for (const term of this.touched) if (term.users === 0) this.forget(term);
    for (const terms of this.touchedNames) if (terms.users === 0) this.forgetName(terms);
    this.touched = new Set();
    this.touchedNames = new Set();
    const blocks: BlockTerm[] = [];
    for (const { term, peer, live } of changed) {
      if (peer.kind === "block") blocks.push(this.toggleBlock(term, peer, live));
      else if (live) this.pods.remove(term);
      else this.pods.add(term, peer);
    }
    const matches = (live: boolean) =>
      changed.flatMap(({ term, peer, live: was }) =>
        was === live && peer.kind === "pods" ? [{ term, match: peer }] : [],
      );
    const changes = {
      added: matches(false),
      removed: matches(true),
      addedNames: names.filter(({ live }) => !live).map(({ name }) => name),
      removedNames: names
        .filter(({ live }) => live)
        .map(({ name, byPort }) => ({ name, terms: new Set(byPort.values()) })),
      blocks,
    };
    for (const term of [...changed, ...names]) term.live = !term.live;
    return changes;
  }

  private toggleBlock(term: number, peer: Peer & { kind: "block" }, live: boolean): BlockTerm {
    const block = this.liveBlocks.get(term) ?? {
      term,
      cidr: blockOf(peer.cidr.text),
      except: peer.except.map(({ text }) => blockOf(text)),
    };
    if (live) this.liveBlocks.delete(term);
    else this.liveBlocks.set(term, block);
    return block;
  }

  private forget({ key, term }: PeerTerm): void {
    this.byKey.delete(key);
    this.byNumber.delete(term);
  }

  private forgetName({ name, byPort }: NameTerms): void {
    this.names.delete(name);
    for (const term of byPort.values()) this.ports.delete(term);
  }
}

/** Equal for peers that differ in their spans only. */
/** Peers of rules that stay are asked for again by every table of theirs. */
const keys = new WeakMap<Peer, string>();

function peerKey(peer: Peer): string {
  let key = keys.get(peer);
  if (key === undefined) keys.set(peer, (key = madeKey(peer)));
  return key;
}

function madeKey(peer: Peer): string {
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
