/** The runs of every subject for every class, as the kernel has them, and which of them a batch of changes wrote. */
import type { Direction } from "../../../ir/policy.js";
import type { Runs } from "./runs.js";

/** In the order of `enum side`. */
export const SIDES: readonly Direction[] = ["egress", "ingress"];

/** Words that name runs, by side. */
export type Row = readonly [egress: number, ingress: number];

/** Rows that are written side by side, first to last. */
export interface RowRange {
  readonly subject: number;
  readonly at: number;
  readonly words: Uint32Array;
}

/** Ranges with fewer rows between them are written as one: a range costs more than these rows do. */
const GAP = 8;

export class Rows {
  private readonly ofSubject = new Map<number, Uint32Array>();
  /** Rows as they were, of subjects that are not new. */
  private written = new Map<number, Map<number, Row>>();
  private newcomers = new Set<number>();

  constructor(private readonly runs: Runs) {}

  add(subject: number): void {
    this.ofSubject.set(subject, new Uint32Array(64));
    this.newcomers.add(subject);
  }

  /** `fresh`: what the kernel has there stands for another class. */
  set(subject: number, peerClass: number, row: Row, fresh: boolean, generation: number): void {
    const words = this.wordsOf(subject, peerClass);
    const before: Row = [words[2 * peerClass]!, words[2 * peerClass + 1]!];
    if (before[0] === row[0] && before[1] === row[1] && !fresh) return;
    for (const word of row) if (word !== UNWRITTEN) this.runs.use(word);
    for (const word of before) this.drop(word, generation);
    words.set(row, 2 * peerClass);
    if (this.newcomers.has(subject)) return;
    let rows = this.written.get(subject);
    if (!rows) this.written.set(subject, (rows = new Map()));
    if (!rows.has(peerClass)) rows.set(peerClass, before);
  }

  at(subject: number, peerClass: number): Row {
    const words = this.ofSubject.get(subject)!;
    return [words[2 * peerClass] ?? UNWRITTEN, words[2 * peerClass + 1] ?? UNWRITTEN];
  }

  /** The row in the generation before; of a subject that was not there it is the one of now. */
  before(subject: number, peerClass: number): Row {
    return this.written.get(subject)?.get(peerClass) ?? this.at(subject, peerClass);
  }

  /** Subjects and classes of rows that were written over. */
  changes(): Iterable<readonly [subject: number, rows: ReadonlyMap<number, Row>]> {
    return this.written;
  }

  isNew(subject: number): boolean {
    return this.newcomers.has(subject);
  }

  /** What was written since `settle`, of subjects that are still there; `end`: more classes than any number of theirs. */
  ranges(end: number): RowRange[] {
    const found: RowRange[] = [];
    for (const subject of this.newcomers)
      if (this.ofSubject.has(subject)) found.push(this.range(subject, 0, end - 1));
    for (const [subject, rows] of this.written) {
      if (!this.ofSubject.has(subject)) continue;
      let open: { at: number; last: number } | undefined;
      for (const peerClass of [...rows.keys()].sort((a, b) => a - b)) {
        if (open && peerClass - open.last <= GAP) open.last = peerClass;
        else {
          if (open) found.push(this.range(subject, open.at, open.last));
          open = { at: peerClass, last: peerClass };
        }
      }
      if (open) found.push(this.range(subject, open.at, open.last));
    }
    return found;
  }

  /** All rows of a subject. */
  whole(subject: number, end: number): RowRange {
    return this.range(subject, 0, end - 1);
  }

  /** Ends a batch of changes: rows of other subjects than these are given up, and those of the classes that are gone. */
  settle(subjects: ReadonlyMap<number, unknown>, goneClasses: readonly number[], generation: number): void {
    for (const [subject, words] of this.ofSubject) {
      const gone = !subjects.has(subject);
      if (gone) for (const word of words) this.drop(word, generation);
      if (gone) this.ofSubject.delete(subject);
      else for (const peerClass of goneClasses) this.forget(words, peerClass, generation);
    }
    this.written = new Map();
    this.newcomers = new Set();
  }

  private forget(words: Uint32Array, peerClass: number, generation: number): void {
    for (const at of [2 * peerClass, 2 * peerClass + 1]) {
      if (at >= words.length) continue;
      this.drop(words[at]!, generation);
      words[at] = UNWRITTEN;
    }
  }

  private drop(word: number, generation: number): void {
    if (word !== UNWRITTEN) this.runs.drop(word, generation);
  }

  private range(subject: number, first: number, last: number): RowRange {
    const words = new Uint32Array(2 * (last - first + 1));
    words.set(this.ofSubject.get(subject)!.subarray(2 * first, 2 * (last + 1)));
    return { subject, at: first, words };
  }

  private wordsOf(subject: number, peerClass: number): Uint32Array {
    const words = this.ofSubject.get(subject)!;
    if (2 * peerClass < words.length) return words;
    const longer = new Uint32Array(2 * Math.max(2 * peerClass + 2, words.length));
    longer.set(words);
    this.ofSubject.set(subject, longer);
    return longer;
  }
}

/** The word of the run that denies everything (`runs.ts`): what a row has that was never written. */
const UNWRITTEN = 0;
