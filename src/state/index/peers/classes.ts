/** The peers of a node, up to what its policies can tell apart. */
import type { TermSet } from "../../cidr_partition.js";
import { NumberPool } from "../rows/numbers.js";
import { fileUnder, takeFrom } from "./pod_terms.js";

/** All addresses for which the same terms hold. */
export interface PeerClass {
  readonly number: number;
  key: string;
  terms: TermSet;
  /** Addresses and intervals of addresses. */
  members: number;
}

/** Class 0 is the address that no pod has and no block holds. */
export class Classes {
  private readonly numbers = new NumberPool();
  private readonly byKey = new Map<string, PeerClass>();
  private readonly ofTerms = new Map<number, Set<PeerClass>>();
  private newcomers = new Map<number, PeerClass>();
  private vacated = new Set<PeerClass>();

  constructor() {
    this.join([], 0);
  }

  join(terms: TermSet, generation: number): PeerClass {
    const key = classKey(terms);
    let found = this.byKey.get(key);
    if (!found) {
      found = { number: this.numbers.take(generation), key, terms, members: 0 };
      this.file(found);
      this.newcomers.set(found.number, found);
    }
    found.members++;
    return found;
  }

  leave(from: PeerClass): void {
    if (--from.members === 0) this.vacated.add(from);
  }

  /** All members have these terms now: false, if that is another class. */
  rename(peerClass: PeerClass, terms: TermSet): boolean {
    const key = classKey(terms);
    if (this.byKey.has(key)) return false;
    this.unfile(peerClass);
    peerClass.key = key;
    peerClass.terms = terms;
    this.file(peerClass);
    return true;
  }

  /** Those for which the term holds. */
  of(term: number): Iterable<PeerClass> {
    return this.ofTerms.get(term) ?? [];
  }

  all(): IterableIterator<PeerClass> {
    return this.byKey.values();
  }

  /** Classes whose rows nobody has written yet. */
  fresh(): Iterable<PeerClass> {
    return this.newcomers.values();
  }

  /** Has the number been given in this batch of changes? */
  isFresh(number: number): boolean {
    return this.newcomers.has(number);
  }

  /** Ends a batch of changes: classes without members are given up, and returned. */
  settle(generation: number): PeerClass[] {
    const gone = [...this.vacated].filter(({ members }) => members === 0);
    for (const peerClass of gone) {
      this.unfile(peerClass);
      this.numbers.release(peerClass.number, generation);
    }
    this.vacated = new Set();
    this.newcomers = new Map();
    return gone;
  }

  /** All numbers are less. */
  get end(): number {
    return this.numbers.end;
  }

  private file(peerClass: PeerClass): void {
    this.byKey.set(peerClass.key, peerClass);
    for (const term of peerClass.terms) fileUnder(this.ofTerms, term, peerClass);
  }

  private unfile(peerClass: PeerClass): void {
    this.byKey.delete(peerClass.key);
    for (const term of peerClass.terms) takeFrom(this.ofTerms, term, peerClass);
  }
}

export function classKey(terms: TermSet): string {
  return terms.join();
}
