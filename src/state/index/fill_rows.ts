/** Writes the rows that follow from subjects and classes. */
import type { PeerClass } from "./classes.js";
import type { Classes } from "./classes.js";
import type { Row, Rows } from "./rows.js";
import type { Runs } from "./runs.js";
import type { Subject } from "./subjects.js";

export class RowFiller {
  constructor(
    private readonly classes: Classes,
    private readonly rows: Rows,
    private readonly runs: Runs,
  ) {}

  /** Every row of a subject. All classes for which none of its terms hold have one row, which is made once. */
  subject(subject: Subject, generation: number): void {
    const { number } = subject;
    const special = new Set<PeerClass>();
    for (const term of subject.table.interests())
      for (const peerClass of this.classes.of(term)) special.add(peerClass);
    const plain = this.rowOf(subject, [], generation);
    for (const peerClass of this.classes.all()) {
      const row = special.has(peerClass) ? this.rowOf(subject, peerClass.terms, generation) : plain;
      this.rows.set(number, peerClass.number, row, this.classes.isFresh(peerClass.number), generation);
    }
  }

  /** The rows of the classes that are new. */
  freshClasses(subject: Subject, generation: number): void {
    for (const { number, terms } of this.classes.fresh())
      this.rows.set(subject.number, number, this.rowOf(subject, terms, generation), true, generation);
  }

  private rowOf({ table }: Subject, terms: readonly number[], generation: number): Row {
    const run = (direction: "egress" | "ingress") => table.run(direction, terms, this.runs, generation).word;
    return [run("egress"), run("ingress")];
  }
}
