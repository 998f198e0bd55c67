/** The classes of the addresses that nobody holds, as intervals. */
import type { Address, Family } from "../../../ir/address.js";
import type { TermSet } from "../../cidr_partition.js";
import { CidrPartition } from "../../cidr_partition.js";
import type { BlockEntry } from "../../encode.js";
import type { Classes, PeerClass } from "./classes.js";
import type { Terms } from "./terms.js";

const FAMILIES = [4, 6] as const;

interface Table {
  readonly classes: readonly PeerClass[];
  readonly entries: readonly BlockEntry[];
}

export class Blocks {
  private partition = new CidrPartition([]);
  private tables: Record<Family, Table>;
  /** Those of the generation before. */
  private previous: Record<Family, readonly BlockEntry[]> | undefined;

  constructor(
    private readonly terms: Terms,
    private readonly classes: Classes,
  ) {
    this.tables = this.build(0);
  }

  /** The terms' blocks are others now. */
  rebuild(generation: number): void {
    this.previous ??= { 4: this.entries(4), 6: this.entries(6) };
    const before = this.tables;
    this.partition = new CidrPartition(this.terms.blocks());
    this.tables = this.build(generation);
    for (const family of FAMILIES)
      for (const peerClass of before[family].classes) this.classes.leave(peerClass);
  }

  termsAt(address: Address): TermSet {
    return this.partition.termsAt(address);
  }

  /** By their first address; neighbours differ in their class. */
  entries(family: Family): readonly BlockEntry[] {
    return this.tables[family].entries;
  }

  /** The tables as they were; undefined if they did not change since `settle`. */
  before(): Record<Family, readonly BlockEntry[]> | undefined {
    return this.previous;
  }

  settle(): void {
    this.previous = undefined;
  }

  private build(generation: number): Record<Family, Table> {
    const table = (family: Family): Table => {
      const intervals = this.partition.intervals(family);
      const classes = intervals.map(({ terms }) => this.classes.join(terms, generation));
      const entries = intervals.map(({ first }, i) => ({ first, peerClass: classes[i]!.number }));
      return { classes, entries };
    };
    return { 4: table(4), 6: table(6) };
  }
}

/** The class that a table has for an address. */
export function classAt(entries: readonly BlockEntry[], value: bigint): number {
  let [low, high] = [0, entries.length - 1];
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (entries[middle]!.first <= value) low = middle;
    else high = middle - 1;
  }
  return entries[low]!.peerClass;
}
