/**
 * May a change deny what was allowed? Compared is what each pod's rows said of each address before with what they say now;
 * numbers of subjects and classes that stayed the same, with the same rows, need no look.
 */
import type { Step } from "../../encode.js";
import type { BlockEntry } from "../../encode.js";
import { classAt } from "../peers/blocks.js";
import type { Classes } from "../peers/classes.js";
import type { Move, Peers } from "../peers/peers.js";
import type { Row, Rows } from "./rows.js";
import type { Runs } from "./runs.js";
import type { SubjectChanges } from "../subjects/subjects.js";

const EVERYTHING: readonly Step[] = [{ key: 0, rule: 0, allow: true, logged: false }];

/** What an address was before and what it is now, as `before,after`. */
type Pairs = Map<string, readonly [before: number, after: number]>;

export class Revocation {
  private readonly compared = new Map<number, Map<number, boolean>>();

  constructor(
    private readonly rows: Rows,
    private readonly runs: Runs,
    /** Names of the pods that were here before. */
    private readonly present: ReadonlySet<string>,
  ) {}

  found(subjects: Iterable<number>, changes: SubjectChanges, peers: Peers, moves: readonly Move[]): boolean {
    const pairs = movedPairs(peers, moves);
    return (
      this.inRows() || this.amongMoved(subjects, pairs) || this.inSubjects(changes, peers.classes, pairs)
    );
  }

  private inRows(): boolean {
    for (const [subject, rows] of this.rows.changes())
      for (const [peerClass, before] of rows)
        if (this.revokes(before, this.rows.at(subject, peerClass))) return true;
    return false;
  }

  /** Addresses that have another class. */
  private amongMoved(subjects: Iterable<number>, pairs: Pairs): boolean {
    for (const subject of subjects) {
      if (this.rows.isNew(subject)) continue;
      for (const [before, after] of pairs.values())
        if (this.revokes(this.rows.before(subject, before), this.rows.at(subject, after))) return true;
    }
    return false;
  }

  /** Pods that have another subject: all that is, or was, anywhere is their peer. */
  private inSubjects({ moved }: SubjectChanges, classes: Classes, pairs: Pairs): boolean {
    const here = [...moved].filter(([name]) => this.present.has(name));
    const subjects = new Map(here.map(([, each]) => [`${each.before},${each.after}`, each]));
    for (const { before, after } of subjects.values()) {
      if (after === null) continue;
      const was = (peerClass: number) => (before === null ? undefined : this.rows.before(before, peerClass));
      for (const { number } of classes.all())
        if (!classes.isFresh(number) && this.revokes(was(number), this.rows.at(after, number))) return true;
      for (const [from, to] of pairs.values())
        if (this.revokes(was(from), this.rows.at(after, to))) return true;
    }
    return false;
  }

  /** `before` undefined: everything was allowed. */
  private revokes(before: Row | undefined, after: Row): boolean {
    return after.some((word, side) => {
      if (before === undefined) return denies(EVERYTHING, this.runs.at(word).steps);
      const was = before[side]!;
      if (was === word) return false;
      let known = this.compared.get(was);
      if (!known) this.compared.set(was, (known = new Map()));
      let answer = known.get(word);
      if (answer === undefined)
        known.set(word, (answer = denies(this.runs.at(was).steps, this.runs.at(word).steps)));
      return answer;
    });
  }
}

/** Does `after` deny something that `before` allows? */
function denies(before: readonly Step[], after: readonly Step[]): boolean {
  let [i, j] = [0, 0];
  for (;;) {
    if (before[i]!.allow && !after[j]!.allow) return true;
    const [next, other] = [before[i + 1]?.key ?? Infinity, after[j + 1]?.key ?? Infinity];
    if (next === Infinity && other === Infinity) return false;
    if (next <= other) i++;
    if (other <= next) j++;
  }
}

function movedPairs(peers: Peers, moves: readonly Move[]): Pairs {
  const pairs: Pairs = new Map();
  const add = (before: number, after: number) => {
    if (before !== after) pairs.set(`${before},${after}`, [before, after]);
  };
  const now = { 4: peers.blocks.entries(4), 6: peers.blocks.entries(6) };
  const previous = peers.blocks.before();
  const then = previous ?? now;
  for (const { address, before, after } of moves) {
    const { family, value } = address;
    add(before ?? classAt(then[family], value), after ?? classAt(now[family], value));
  }
  if (previous) for (const family of [4, 6] as const) addBlocks(previous[family], now[family], add);
  return pairs;
}

function addBlocks(
  before: readonly BlockEntry[],
  after: readonly BlockEntry[],
  add: (before: number, after: number) => void,
): void {
  let [i, j] = [0, 0];
  while (before[i] && after[j]) {
    add(before[i]!.peerClass, after[j]!.peerClass);
    const [next, other] = [before[i + 1]?.first, after[j + 1]?.first];
    const step = next === undefined ? 1 : other === undefined ? -1 : next < other ? -1 : next > other ? 1 : 0;
    if (step <= 0) i++;
    if (step >= 0) j++;
  }
}
