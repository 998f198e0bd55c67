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
import type { DeltaState, LoaderSettings, LoaderSizes, LoaderState, WholeState } from "../loader_state.js";
import type { Meaning, Profile } from "../profiles.js";
import { chooseSizes, fits } from "../sizes.js";
import type { ClusterChange, LocalPod } from "./changes.js";
import { applyChange, Cluster } from "./cluster.js";
import { nameOf } from "./subjects/policy_store.js";
import type { SetObjects } from "./subjects/programs.js";
import { Revocation } from "./rows/revocation.js";
import { DEFAULT_SETTINGS } from "./settings.js";
import { sharedAddresses } from "./peers/shared_addresses.js";
import { allAddresses, allRows, commonParts, encodedBlocks, isEmpty, movedAddresses } from "./states.js";
import type { Committed } from "./tables.js";
import { Tables } from "./tables.js";

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

export class NodeIndex {
  private readonly cluster = new Cluster();
  private readonly tables: Tables;
  private readonly subjectOf = (name: string) => this.tables.subjects.of(name)?.number ?? null;
  private readonly podOf = (name: string) => this.cluster.podOf(name)!;
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
    this.tables = new Tables(this.cluster, options.nodeIps, options.firstProfile ?? 1);
    this.tables.programs.objects = options.objects ?? new Map();
    this.begin(first);
    this.tables.commit(this.generation);
    this.tables.settle(this.generation);
  }

  /** Everything, as the generation that the last change became, or as this one. */
  whole(generation = this.generation): WholeState {
    const { peers, runs, rows, programs } = this.tables;
    const revokes = generation > 1 || this.told !== undefined;
    const needs = this.tables.needs();
    if (!this.sizes || !fits(needs, this.sizes)) this.sizes = chooseSizes(needs, this.options.sizes ?? {});
    runs.limit = this.sizes.steps;
    runs.takeFresh();
    this.generation = generation;
    this.told = this.settingsNow();
    const subjects = [...this.tables.subjects.byNumber.values()];
    const parts = {
      ...{ generation, revokes, subjects, addresses: allAddresses(peers) },
      steps: [{ start: 0, count: runs.end }],
      rows: allRows(rows, subjects, peers.classes.end),
      pods: this.cluster.local.tellAll(this.subjectOf, this.podOf),
      programs: programs.all(),
    };
    const { path, sha256 } = this.options.shell;
    return {
      kind: "whole",
      ...{ shell: path, shell_sha256: sha256, sizes: this.sizes, settings: this.told },
      ...commonParts(parts, runs),
      ...encodedBlocks(peers.blocks),
    };
  }

  /** What the changes make of the node, as the next generation; undefined if that is nothing. */
  update(changes: readonly ClusterChange[]): LoaderState | undefined {
    for (const change of changes) applyChange(this.cluster, change);
    return this.next();
  }

  /** From now on these are the compiled policy sets. */
  setObjects(objects: SetObjects): LoaderState | undefined {
    this.tables.programs.objects = objects;
    return this.next();
  }

  setSettings(settings: Partial<LoaderSettings>): LoaderState | undefined {
    this.settings = settings;
    return this.next();
  }

  /** Of the profiles that some subject has now. */
  profileNumbers(): number[] {
    return [...this.tables.subjects.byNumber.values()].map(({ meaning }) => meaning.number);
  }

  /** What each profile means that some subject has now. */
  *meanings(): Iterable<Meaning & Pick<Profile, "content" | "pods">> {
    for (const { meaning, serving, pods } of this.tables.subjects.byNumber.values())
      yield { ...meaning, content: serving.digest, pods: [...pods].sort() };
  }

  /** The pods that have an interface here. */
  localPods(): Pick<LocalPod, "pod" | "interface">[] {
    return [...this.cluster.local.places()].map(([name, device]) => ({
      pod: this.podOf(name),
      interface: device,
    }));
  }

  /** Is what policy denies only reported? */
  get audit(): boolean {
    return this.settingsNow().audit;
  }

  /** The pod that each address counts as, in canonical text. */
  podByAddress(): Map<string, Pod> {
    return this.tables.peers.podByAddress();
  }

  /** Warnings about the cluster, such as two pods with one address. */
  diagnostics(): Diagnostic[] {
    return sharedAddresses(this.tables.peers.held.values());
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
    const committed = this.tables.commit(this.generation);
    const fit = this.told && this.sizes && fits(this.tables.needs(), this.sizes);
    const state = fit ? this.delta(committed) : this.whole();
    this.tables.settle(this.generation);
    if (state.kind === "whole" || !isEmpty(state)) return state;
    this.generation--;
    return undefined;
  }

  private delta({ touched, subjects: changed, unspecialised, programs }: Committed): DeltaState {
    const { generation } = this;
    const { peers, runs, rows, present } = this.tables;
    const moves = peers.moves();
    const settings = this.settingsNow();
    const changedSettings = JSON.stringify(settings) !== JSON.stringify(this.told) && { settings };
    const revocation = new Revocation(rows, runs, present);
    const revokes =
      (this.told!.audit && !settings.audit) ||
      revocation.found(this.tables.subjects.byNumber.keys(), changed, peers, moves);
    this.told = settings;
    const pods = this.cluster.local.tell(touched, this.subjectOf, this.podOf);
    const parts = {
      ...{ generation, revokes, subjects: [...changed.added, ...changed.rebuilt], programs },
      addresses: movedAddresses(moves),
      steps: runs.takeFresh(),
      rows: rows.ranges(peers.classes.end),
      pods: pods.changed,
    };
    return {
      kind: "delta",
      ...commonParts(parts, runs),
      ...changedSettings,
      ...(peers.blocks.before() && encodedBlocks(peers.blocks)),
      ...{ removed: pods.removed, unspecialised, peers: programs.peers },
    };
  }

  private settingsNow(): LoaderSettings {
    const ipv6 = [...this.cluster.local.names()].some((name) =>
      this.cluster.podOf(name)!.ips.some((ip) => ip.includes(":")),
    );
    return { ...DEFAULT_SETTINGS, ipv6, ...this.settings };
  }
}
