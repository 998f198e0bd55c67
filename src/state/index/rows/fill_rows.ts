/** Writes the rows that follow from subjects and classes. */
import type { Direction } from "../../../ir/policy.js";
import type { Classes, PeerClass } from "../peers/classes.js";
import type { Row, Rows } from "./rows.js";
import type { Runs } from "./runs.js";
import type { Subject } from "../subjects/subjects.js";

export class RowFiller {
  constructor(
    private readonly classes: Classes,
    private readonly rows: Rows,
    private readonly runs: Runs,
  ) {}

  /** Every row of a subject. Classes for which the same of its terms hold have one run, which is made once. */
  subject(subject: Subject, generation: number): void {
    const { number } = subject;
    const plain = this.rowOf(subject, [], generation);
    const egress = this.special(subject, "egress", generation);
    const ingress = this.special(subject, "ingress", generation);
    for (const peerClass of this.classes.all()) {
      const row: Row = [egress.get(peerClass) ?? plain[0], ingress.get(peerClass) ?? plain[1]];
      this.rows.set(number, peerClass.number, row, this.classes.isFresh(peerClass.number), generation);
    }
  }

  /** The runs of the classes for which some of the subject's terms hold. */
  private special({ table }: Subject, direction: Direction, generation: number): Map<PeerClass, number> {
    const byTerms = new Map<string, number>();
    const found = new Map<PeerClass, number>();
    for (const [peerClass, terms] of table.interesting(direction, this.classes)) {
      const key = terms.join();
      let word = byTerms.get(key);
      if (word === undefined)
        byTerms.set(key, (word = table.run(direction, terms, this.runs, generation).word));
      found.set(peerClass, word);
    }
    return found;
  }

  /** The rows of the classes that are new. */
  freshClasses(subject: Subject, generation: number): void {
    for (const { number, terms } of this.classes.fresh())
      this.rows.set(subject.number, number, this.rowOf(subject, terms, generation), true, generation);
  }

  private rowOf({ table }: Subject, terms: readonly number[], generation: number): Row {
    const run = (direction: Direction) => table.run(direction, terms, this.runs, generation).word;
    return [run("egress"), run("ingress")];
  }
}
