/** Every address that a pod of the cluster or the node itself holds, and the class of each. */
import { contains, formatAddress, parseAddress } from "../../../ir/address.js";
import type { Address, Block } from "../../../ir/address.js";
import type { Pod } from "../../../ir/inventory.js";
import type { TermSet } from "../../cidr_partition.js";
import type { NamespaceView } from "../../profiles.js";
import { podKey } from "../../profiles.js";
import { Blocks } from "./blocks.js";
import { Classes, classKey } from "./classes.js";
import type { PeerClass } from "./classes.js";
import type { Held, PodRecord } from "./held.js";
import { holderOf } from "./held.js";
import { ascending, Shapes } from "./shapes.js";
import type { TermChanges, Terms } from "./terms.js";

/** An address whose class is another than in the generation before; undefined: nobody holds it. */
export interface Move {
  readonly address: Address;
  readonly ownNode: boolean;
  readonly before: number | undefined;
  readonly after: number | undefined;
}

export class Peers {
  readonly classes = new Classes();
  readonly blocks: Blocks;
  readonly held = new Map<string, Held>();
  readonly pods = new Map<string, PodRecord>();
  private readonly shapes: Shapes;
  /** The classes that addresses had, before they were given others. */
  private moving = new Map<string, { readonly address: Address; readonly before: number | undefined }>();

  constructor(terms: Terms, nodeIps: readonly string[]) {
    this.shapes = new Shapes(terms);
    this.blocks = new Blocks(terms, this.classes);
    for (const ip of nodeIps) {
      const held = this.holding(ip, true);
      if (held) this.classify(held, 0);
    }
  }

  /** Peers of before, with the terms of now. A class whose members keep together keeps its number. */
  applyTerms(changes: TermChanges, generation: number): void {
    const dirty = new Set<Held>();
    for (const shape of this.shapes.apply(changes)) for (const held of shape.held) dirty.add(held);
    if (changes.blocks.length > 0) {
      this.blocks.rebuild(generation);
      const cidrs = changes.blocks.map(({ cidr }) => cidr);
      for (const held of this.held.values()) if (inAny(cidrs, held)) dirty.add(held);
      for (const held of dirty) held.blocks = this.blocks.termsAt(held.address);
    }
    for (const [peerClass, members] of byClass(dirty)) {
      const next = new Map([...members].map((held) => [classKey(termsOf(held)), held]));
      const together = next.size === 1 && members.size === peerClass.members;
      if (together && this.classes.rename(peerClass, termsOf([...members][0]!))) continue;
      for (const held of members) this.classify(held, generation);
    }
  }

  /** A pod comes, or is another now. */
  setPod(pod: Pod, namespace: NamespaceView, local: boolean, generation: number): void {
    const key = podKey(pod);
    const before = this.pods.get(key);
    const addresses = pod.hostNetwork ? [] : pod.ips.flatMap((ip) => this.holding(ip, false) ?? []);
    const shape = this.shapes.join(pod, namespace);
    const record = { key, pod, shape, addresses: [...new Set(addresses)], local };
    this.pods.set(key, record);
    for (const held of record.addresses)
      held.claims = [...held.claims.filter((claim) => claim !== before), record];
    this.reclaim(before, record, generation);
  }

  removePod(key: string, generation: number): void {
    const before = this.pods.get(key);
    if (!before) return;
    this.pods.delete(key);
    this.reclaim(before, undefined, generation);
  }

  relabel(namespace: NamespaceView, generation: number): void {
    for (const shape of this.shapes.relabel(namespace))
      for (const held of shape.held) this.classify(held, generation);
  }

  moves(): Move[] {
    return [...this.moving]
      .map(([text, { address, before }]) => {
        const held = this.held.get(text);
        return { address, before, after: held?.peerClass?.number, ownNode: held?.ownNode === true };
      })
      .filter(({ before, after }) => before !== after);
  }

  /** Addresses that nobody holds any more, and that are still in the bank in force. */
  departing(): number {
    return this.moves().filter(({ after }) => after === undefined).length;
  }

  podByAddress(): Map<string, Pod> {
    const found = new Map<string, Pod>();
    for (const held of this.held.values()) {
      const holder = holderOf(held);
      if (holder) found.set(held.text, holder.pod);
    }
    return found;
  }

  settle(): void {
    this.moving = new Map();
    this.blocks.settle();
  }

  /** Undefined: the text is no address. */
  private holding(given: string, ownNode: boolean): Held | undefined {
    const address = this.held.get(given)?.address ?? parseAddress(given);
    if (!address) return undefined;
    const text = formatAddress(address);
    const known = this.held.get(text);
    if (known) return known;
    const blocks = this.blocks.termsAt(address);
    const held = { text, address, ownNode, claims: [], shape: undefined, blocks, peerClass: undefined };
    this.held.set(text, held);
    return held;
  }

  private reclaim(before: PodRecord | undefined, after: PodRecord | undefined, generation: number): void {
    for (const held of before?.addresses ?? []) held.claims = held.claims.filter((claim) => claim !== before);
    for (const held of new Set([...(before?.addresses ?? []), ...(after?.addresses ?? [])])) {
      const shape = holderOf(held)?.shape;
      if (shape !== held.shape) {
        held.shape?.held.delete(held);
        shape?.held.add(held);
        held.shape = shape;
      }
      this.classify(held, generation);
    }
    if (before) this.shapes.leave(before.shape);
  }

  private classify(held: Held, generation: number): void {
    const before = held.peerClass;
    const known = held.ownNode || held.shape !== undefined;
    const terms = termsOf(held);
    if (known && before?.key === classKey(terms)) return;
    if (!this.moving.has(held.text))
      this.moving.set(held.text, { address: held.address, before: before?.number });
    held.peerClass = known ? this.classes.join(terms, generation) : undefined;
    if (before) this.classes.leave(before);
    if (!known) this.held.delete(held.text);
  }
}

function termsOf({ shape, blocks }: Held): TermSet {
  const own = shape?.terms ?? [];
  return blocks.length === 0 ? own : ascending([...own, ...blocks]);
}

function inAny(cidrs: readonly Block[], { address }: Held): boolean {
  return cidrs.some((cidr) => contains(cidr, address));
}

function byClass(dirty: ReadonlySet<Held>): Map<PeerClass, Set<Held>> {
  const found = new Map<PeerClass, Set<Held>>();
  for (const held of dirty) {
    const members = found.get(held.peerClass!);
    if (members) members.add(held);
    else found.set(held.peerClass!, new Set([held]));
  }
  return found;
}
