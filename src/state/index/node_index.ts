/**
 * Everything that a node's state follows from, kept so that a change costs what it concerns. It makes the whole state once,
 * and for every batch of changes a delta, or a whole state again if the maps have to grow.
 *
 * 1. A pod of the node has a subject iff some policy selects it.
 * 2. Every address of every pod in the cluster is a peer. Pods on the host network are not: their address is their
 *    node's, so policies see them as that address and not by labels, and they have no subject (the Kubernetes API leaves
 *    both undefined).
 * 3. Other addresses are peers by the blocks that hold them; so are the node's own, which are marked.
 * 4. What stays the same keeps its number: classes, subjects, profiles, runs of steps.
 */
import type { Namespace, Pod } from "../../ir/inventory.js";
import type { Policy } from "../../ir/policy.js";
import type { Diagnostic } from "../../source/diagnostic.js";
import { blockEntries } from "../encode.js";
import type { DeltaState, LoaderSettings, LoaderSizes, LoaderState, WholeState } from "../loader_state.js";
import type { Meaning, Profile } from "../profiles.js";
import type { Needs } from "../sizes.js";
import { chooseSizes, fits } from "../sizes.js";
import type { ClusterChange, LocalPod } from "./changes.js";
import { applyChange, Cluster } from "./cluster.js";
import type { Batch } from "./cluster.js";
import { RowFiller } from "./fill_rows.js";
import { nameOf } from "./policy_store.js";
import { Peers } from "./peers.js";
import type { NewPrograms, SetObjects } from "./programs.js";
import { Programs } from "./programs.js";
import { Revocation } from "./revocation.js";
import { Rows } from "./rows.js";
import { Runs } from "./runs.js";
import { sharedAddresses } from "./shared_addresses.js";
import { allAddresses, allRows, commonParts, encodedBlocks, isEmpty, movedAddresses } from "./states.js";
import { Subjects } from "./subjects.js";
import type { Subject, SubjectChanges } from "./subjects.js";
import { Terms } from "./terms.js";

export interface NodeIndexOptions {
  readonly shell: { readonly path: string; readonly sha256: string };
  /** Addresses of the node itself. */
  readonly nodeIps: readonly string[];
  /** The generation that the first state becomes. */
  readonly generation: number;
  /** The number of the first profile; those before it mean something else. Default: 1. */
  readonly firstProfile?: number;
  /** `ipv6` follows from the node's pods unless it is given. */
  readonly settings?: Partial<LoaderSettings>;
  readonly sizes?: Partial<LoaderSizes>;
  readonly objects?: SetObjects;
}

/** The cluster at first. */
export interface FirstState {
  readonly policies: readonly Policy[];
  readonly namespaces: readonly Namespace[];
  readonly pods: readonly Pod[];
  readonly local: readonly LocalPod[];
}

/** Denied flows are logged unless told otherwise: they are rare, counted over 5 s and have a budget of their own. */
const DEFAULT_SETTINGS: Omit<LoaderSettings, "ipv6"> = {
  audit: false,
  log_allowed: false,
  log_denied: true,
  log_dropped: false,
  deny_events_per_second: 1000,
  allow_events_per_second: 1000,
};

/** What a batch of changes made of the node. */
interface Committed {
  /** Names of pods. */
  readonly touched: ReadonlySet<string>;
  readonly subjects: SubjectChanges;
  readonly unspecialised: readonly number[];
  readonly programs: NewPrograms;
}

export class NodeIndex {
  private readonly cluster = new Cluster();
  private readonly terms = new Terms();
  private readonly peers: Peers;
  private readonly subjects: Subjects;
  private readonly runs = new Runs();
  private readonly rows = new Rows(this.runs);
  private readonly filler: RowFiller;
  private readonly programs: Programs;
  private readonly subjectOf = (name: string) => this.subjects.of(name)?.number ?? null;
  private readonly podOf = (name: string) => this.cluster.podOf(name)!;
  private present: ReadonlySet<string> = new Set();
  private generation: number;
  private settings: Partial<LoaderSettings>;
  private told: LoaderSettings | undefined;
  private sizes: LoaderSizes | undefined;

  constructor(
    private readonly options: NodeIndexOptions,
    first: FirstState,
  ) {
    this.generation = options.generation;
    this.settings = options.settings ?? {};
    this.peers = new Peers(this.terms, options.nodeIps);
    this.subjects = new Subjects(this.cluster.policies, this.terms, options.firstProfile ?? 1);
    this.filler = new RowFiller(this.peers.classes, this.rows, this.runs);
    this.programs = new Programs(this.terms, this.peers.classes);
    this.programs.objects = options.objects ?? new Map();
    this.begin(first);
    this.commit();
    this.settle();
  }

  /** Everything, as the generation that the last change became, or as this one. */
  whole(generation = this.generation): WholeState {
    const again = generation > this.generation || this.told !== undefined;
    this.generation = generation;
    if (!this.sizes || !fits(this.needs(), this.sizes))
      this.sizes = chooseSizes(this.needs(), this.options.sizes ?? {});
    this.runs.limit = this.sizes.steps;
    this.runs.takeFresh();
    const subjects = [...this.subjects.byNumber.values()];
    const settings = (this.told = this.settingsNow());
    const { classes } = this.peers;
    const parts = {
      ...{ generation, revokes: again, subjects, addresses: allAddresses(this.peers) },
      steps: [{ start: 0, count: this.runs.end }],
      rows: allRows(this.rows, subjects, classes.end),
      pods: this.cluster.local.tellAll(this.subjectOf, this.podOf),
      programs: this.programs.all(),
    };
    const { path, sha256 } = this.options.shell;
    return {
      kind: "whole",
      ...{ shell: path, shell_sha256: sha256, sizes: this.sizes, settings },
      ...commonParts(parts, this.runs),
      ...encodedBlocks(this.peers.blocks),
    };
  }

  /** What the changes make of the node, as the next generation; undefined if that is nothing. */
  update(changes: readonly ClusterChange[]): LoaderState | undefined {
    for (const change of changes) applyChange(this.cluster, change);
    return this.next();
  }

  /** From now on these are the compiled policy sets. */
  setObjects(objects: SetObjects): LoaderState | undefined {
    this.programs.objects = objects;
    return this.next();
  }

  setSettings(settings: Partial<LoaderSettings>): LoaderState | undefined {
    this.settings = settings;
    return this.next();
  }

  /** What each profile means that some subject has now. */
  *meanings(): Iterable<Meaning & Pick<Profile, "content" | "pods">> {
    for (const { meaning, serving, pods } of this.subjects.byNumber.values())
      yield { ...meaning, content: serving.digest, pods: [...pods].sort() };
  }

  /** The pod that each address counts as, in canonical text. */
  podByAddress(): Map<string, Pod> {
    return this.peers.podByAddress();
  }

  /** Warnings about the cluster, such as two pods with one address. */
  diagnostics(): Diagnostic[] {
    return sharedAddresses(this.peers.held.values());
  }

  private begin({ policies, namespaces, pods, local }: FirstState): void {
    const copies = new Map<string, number>();
    for (const policy of policies) {
      const name = JSON.stringify(nameOf(policy));
      const copy = copies.get(name) ?? 0;
      copies.set(name, copy + 1);
      this.cluster.setPolicy(policy, copy);
    }
    for (const namespace of namespaces) this.cluster.setNamespace(namespace.name, namespace);
    for (const pod of pods) this.cluster.setPod(pod);
    for (const pod of local) this.cluster.setLocal(pod);
  }

  private next(): LoaderState | undefined {
    this.generation++;
    const committed = this.commit();
    const known = this.sizes !== undefined && fits(this.needs(), this.sizes);
    const state = known ? this.delta(committed) : this.whole();
    this.settle();
    if (state.kind === "whole" || !isEmpty(state)) return state;
    this.generation--;
    return undefined;
  }

  private commit(): Committed {
    const batch = this.cluster.takeBatch();
    const { generation } = this;
    const changed = this.updateSubjects(batch);
    const unspecialised = this.programs.unload([...changed.rebuilt, ...changed.removed]);
    const wanted = this.findPrograms(changed);
    this.updatePeers(batch);
    const full = new Set([...changed.added, ...changed.rebuilt]);
    for (const { number } of changed.added) this.rows.add(number);
    for (const subject of this.subjects.byNumber.values())
      if (full.has(subject)) this.filler.subject(subject, generation);
      else this.filler.freshClasses(subject, generation);
    const programs = this.programs.load(wanted, generation);
    return { touched: batch.touched, subjects: changed, unspecialised, programs };
  }

  private updateSubjects({ touched, policies }: Batch): SubjectChanges {
    const names = [...touched].sort();
    const here = names.filter((name) => this.cluster.local.has(name));
    const gone = names.filter((name) => !this.cluster.local.has(name));
    const seen = here.map((name) => this.cluster.seen(name));
    return this.subjects.update(seen, gone, policies, this.generation);
  }

  /** Subjects that can be given specialised code. Those whose rules have other numbers in it get these. */
  private findPrograms({ rebuilt }: SubjectChanges) {
    const found: { subject: Subject; seen: ReturnType<Cluster["seen"]> }[] = [];
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

  private updatePeers({ pods, namespaces }: Batch): void {
    const { generation, cluster, peers } = this;
    peers.applyTerms(this.terms.settle(), generation);
    for (const name of namespaces) peers.relabel(cluster.namespaceOf(name), generation);
    for (const name of pods) {
      const pod = cluster.podOf(name);
      if (!pod) peers.removePod(name, generation);
      else peers.setPod(pod, cluster.namespaceOf(pod.namespace), cluster.local.has(name), generation);
    }
  }

  private delta({ touched, subjects: changed, unspecialised, programs }: Committed): DeltaState {
    const { generation, peers, rows } = this;
    const moves = peers.moves();
    const settings = this.settingsNow();
    const changedSettings = JSON.stringify(settings) !== JSON.stringify(this.told) && { settings };
    const revocation = new Revocation(rows, this.runs, this.present);
    const revokes =
      (this.told!.audit && !settings.audit) ||
      revocation.found(this.subjects.byNumber.keys(), changed, peers, moves);
    this.told = settings;
    const pods = this.cluster.local.tell(touched, this.subjectOf, this.podOf);
    const parts = {
      ...{ generation, revokes, subjects: [...changed.added, ...changed.rebuilt], programs },
      addresses: movedAddresses(moves),
      steps: this.runs.takeFresh(),
      rows: rows.ranges(peers.classes.end),
      pods: pods.changed,
    };
    return {
      kind: "delta",
      ...commonParts(parts, this.runs),
      ...changedSettings,
      ...(peers.blocks.before() && encodedBlocks(peers.blocks)),
      ...{ removed: pods.removed, unspecialised, peers: programs.peers },
    };
  }

  /** Gives up what nothing leads to any more. */
  private settle(): void {
    const gone = this.peers.classes.settle(this.generation).map(({ number }) => number);
    this.rows.settle(this.subjects.byNumber, gone, this.generation);
    this.peers.settle();
    this.present = new Set(this.cluster.local.names());
  }

  private settingsNow(): LoaderSettings {
    const ipv6 = [...this.cluster.local.names()].some((name) =>
      this.cluster.podOf(name)!.ips.some((ip) => ip.includes(":")),
    );
    return { ...DEFAULT_SETTINGS, ipv6, ...this.settings };
  }

  private needs(): Needs {
    const { classes, blocks, held } = this.peers;
    return {
      subjects: this.subjects.end,
      classes: classes.end,
      steps: this.runs.end,
      blocks: blockEntries(Math.max(blocks.entries(4).length, blocks.entries(6).length)),
      addresses: held.size + this.peers.departing(),
    };
  }
}
