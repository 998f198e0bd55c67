/** The tables of a node, with what they follow from: a batch of changes is carried through them from subjects to rows. */
import { blockEntries } from "../encode.js";
import type { Needs } from "../sizes.js";
import type { Batch, Cluster } from "./cluster.js";
import { RowFiller } from "./rows/fill_rows.js";
import { Peers } from "./peers/peers.js";
import type { NewPrograms } from "./subjects/programs.js";
import { Programs } from "./subjects/programs.js";
import { Rows } from "./rows/rows.js";
import { Runs } from "./rows/runs.js";
import { Subjects } from "./subjects/subjects.js";
import type { SeenPod, Subject, SubjectChanges } from "./subjects/subjects.js";
import { Terms } from "./peers/terms.js";

/** What a batch of changes made of the node. */
export interface Committed {
  /** Names of pods. */
  readonly touched: ReadonlySet<string>;
  readonly subjects: SubjectChanges;
  readonly unspecialised: readonly number[];
  readonly programs: NewPrograms;
}

export class Tables {
  readonly peers: Peers;
  readonly subjects: Subjects;
  readonly runs = new Runs();
  readonly rows = new Rows(this.runs);
  readonly programs: Programs;
  /** Names of the pods that were here before the batch. */
  present: ReadonlySet<string> = new Set();
  private readonly terms = new Terms();
  private readonly filler: RowFiller;

  constructor(
    private readonly cluster: Cluster,
    nodeIps: readonly string[],
    firstProfile: number,
  ) {
    this.peers = new Peers(this.terms, nodeIps);
    this.subjects = new Subjects(cluster.policies, this.terms, firstProfile);
    this.filler = new RowFiller(this.peers.classes, this.rows, this.runs);
    this.programs = new Programs(this.terms, this.peers.classes);
  }

  commit(generation: number): Committed {
    const batch = this.cluster.takeBatch();
    const changed = this.updateSubjects(batch, generation);
    const unspecialised = this.programs.unload([...changed.rebuilt, ...changed.removed]);
    const wanted = this.findPrograms(changed);
    this.updatePeers(batch, generation);
    const full = new Set([...changed.added, ...changed.rebuilt]);
    for (const { number } of changed.added) this.rows.add(number);
    for (const subject of this.subjects.byNumber.values())
      if (full.has(subject)) this.filler.subject(subject, generation);
      else this.filler.freshClasses(subject, generation);
    const programs = this.programs.load(wanted, generation);
    return { touched: batch.touched, subjects: changed, unspecialised, programs };
  }

  /** Gives up what nothing leads to any more. */
  settle(generation: number): void {
    const gone = this.peers.classes.settle(generation).map(({ number }) => number);
    this.rows.settle(this.subjects.byNumber, gone, generation);
    this.peers.settle();
    this.present = new Set(this.cluster.local.names());
  }

  needs(): Needs {
    const { classes, blocks, held } = this.peers;
    return {
      subjects: this.subjects.end,
      classes: classes.end,
      steps: this.runs.end,
      blocks: blockEntries(Math.max(blocks.entries(4).length, blocks.entries(6).length)),
      addresses: held.size + this.peers.departing(),
    };
  }

  private updateSubjects({ touched, policies }: Batch, generation: number): SubjectChanges {
    const names = [...touched].sort();
    const here = names.filter((name) => this.cluster.local.has(name));
    const gone = names.filter((name) => !this.cluster.local.has(name));
    const seen = here.map((name) => this.cluster.seen(name));
    return this.subjects.update(seen, gone, policies, generation);
  }

  /** Subjects that can be given specialised code. Those whose rules have other numbers in it get these. */
  private findPrograms({ rebuilt }: SubjectChanges) {
    const found: { subject: Subject; seen: SeenPod }[] = [];
    for (const subject of this.subjects.byNumber.values()) {
      const seen = this.cluster.seen([...subject.pods][0]!);
      const now = () => this.cluster.policies.servingSet(seen.pod.namespace);
      const serving = this.programs.available(subject, now);
      if (!serving) continue;
      if (serving !== subject.serving) {
        this.subjects.renumber(subject, seen);
        rebuilt.add(subject);
      }
      found.push({ subject, seen });
    }
    return found;
  }

  private updatePeers({ pods, namespaces }: Batch, generation: number): void {
    const { cluster, peers } = this;
    peers.applyTerms(this.terms.settle(), generation);
    for (const name of namespaces) peers.relabel(cluster.namespaceOf(name), generation);
    for (const name of pods) {
      const pod = cluster.podOf(name);
      if (!pod) peers.removePod(name, generation);
      else peers.setPod(pod, cluster.namespaceOf(pod.namespace), cluster.local.has(name), generation);
    }
  }
}
