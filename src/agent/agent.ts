/**
 * Keeps one node as the API says.
 *
 * 1. Nothing is applied before every resource has been listed whole: half a cluster is a policy that nobody wrote. What was
 *    in force before goes on until then.
 * 2. Then every batch is a change. Those that come while one is on its way follow together (`Resident`).
 * 3. A pod is enforced as soon as its interface is known; the others do not wait for it.
 * 4. Without the API, and after the end of the agent, everything stays as it is.
 */
import type { ApiFailure } from "../cluster/resource.js";
import type { Batch } from "../cluster/watcher.js";
import { Watcher } from "../cluster/watcher.js";
import { Backoff, pause } from "../node/backoff.js";
import type { Failure } from "../node/failure.js";
import { isFailure } from "../node/failure.js";
import type { LocalNode } from "../node/local.js";
import { Resident } from "../node/resident.js";
import { SourceMap } from "../source/source_file.js";
import type { ClusterChange } from "../state/index/changes.js";
import { podKey } from "../state/profiles.js";
import type { AgentOptions, ResourceName } from "./agent_options.js";
import { resourcesOf } from "./agent_options.js";
import { ClusterView } from "./cluster_view.js";
import { LocalPlaces } from "./places/local_places.js";
import type { Announcement } from "./places/announcements.js";
import { inodeOf, NetworkNamespaces } from "./places/namespaces.js";
import { Durations } from "./report/metrics.js";
import { ServicesOfNode } from "./services/services_of_node.js";
import type { Policy } from "../ir/policy.js";
import { bundleCounts } from "./bundle/bundle_counts.js";
import type { BundleUse } from "./bundle/bundle_of_node.js";
import { BundleOfNode } from "./bundle/bundle_of_node.js";

/** A pod that is announced may be told by the API a moment later. */
const UNKNOWN_POD_MS = 2000;

/** Pods that were not found are looked for again. */
const LOOK_AGAIN_MS = 2000;

export class Agent {
  readonly view: ClusterView;
  readonly places: LocalPlaces;
  readonly services: ServicesOfNode | undefined;
  readonly bundle: BundleOfNode | undefined;
  readonly watchers: ReadonlyMap<ResourceName, Watcher>;
  readonly changeSeconds = new Durations([0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1, 5]);
  readonly apiFailures = new Map<ResourceName, number>();
  generation = 0;
  private readonly namespaces: NetworkNamespaces;
  private readonly synced = new Set<ResourceName>();
  private readonly stopping = new AbortController();
  private resident: Resident | undefined;
  private nodeIps = "";
  /** What came while a session was being started. */
  private waiting: ClusterChange[] = [];
  private starting = false;
  private settling: "no" | "yes" | "again" = "no";
  private failure: Failure | undefined;

  constructor(private readonly options: AgentOptions) {
    const { api, node, onNotice } = options;
    this.view = new ClusterView({ onNotice });
    this.namespaces = new NetworkNamespaces(() => this.settle());
    this.places = new LocalPlaces(node.name, this.namespaces, node.netns, (key) => this.view.unassign(key));
    const { services, log } = options;
    this.services = services && new ServicesOfNode(services, node, log);
    this.bundle = options.bundle && new BundleOfNode(api, node.name, options.bundle, this.bundleUse());
    this.watchers = new Map(
      resourcesOf(options).map(([name, resource]) => [
        name,
        new Watcher(api, resource, {
          onBatch: (batch) => this.take(name, batch),
          onSynced: () => this.hasSynced(name),
          onFailure: (failure) => this.apiFailed(name, failure),
        }),
      ]),
    );
  }

  /** Until `stop`. */
  async run(): Promise<void> {
    const { signal } = this.stopping;
    await Promise.all([this.namespaces.start(), this.bundle?.start()]);
    const again = setInterval(() => this.lookAgain(), LOOK_AGAIN_MS);
    await Promise.all([...this.watchers.values()].map((watcher) => watcher.run(signal)));
    clearInterval(again);
    this.bundle?.stop();
    this.namespaces.stop();
    await Promise.all([this.resident?.stop(), this.services?.stop()]);
  }

  /** What is in force stays so. */
  stop(): void {
    this.stopping.abort();
  }

  /** A pod whose sandbox is just made: resolves when it is enforced. */
  async announce({
    namespace,
    name,
    netns,
    interface: device,
    ips,
  }: Announcement): Promise<Failure | undefined> {
    const key = podKey({ namespace, name });
    const end = Date.now() + UNKNOWN_POD_MS;
    let pod = this.view.assign(key, ips);
    while (!pod || !this.resident) {
      if (Date.now() > end || this.stopping.signal.aborted)
        return { error: pod ? (this.unready() ?? "not ready") : `the API has no pod ${key}` };
      await pause(10, this.stopping.signal);
      pod = this.view.assign(key, ips);
    }
    const inode = inodeOf(netns);
    if (inode === undefined) return { error: `there is no network namespace ${netns}` };
    const local = this.places.place(key, pod, { interface: device, path: netns, inode });
    this.services?.takePlaces([local]);
    const done = await this.resident.apply([{ kind: "pod", pod }, local]);
    return isFailure(done) ? done : undefined;
  }

  /** Why the node is not as the API says; undefined: it is. */
  unready(): string | undefined {
    const unsynced = [...this.watchers.keys()].filter((name) => !this.synced.has(name));
    if (unsynced.length > 0) return `not listed yet: ${unsynced.join(", ")}`;
    if (this.failure) return this.failure.error;
    return this.resident ? this.services?.unready() : "the first state is not in force yet";
  }

  policies(): readonly Policy[] {
    return this.bundle?.policies ?? this.view.allPolicies();
  }

  private bundleUse(): BundleUse {
    const { node, log } = this.options;
    return {
      log,
      counts: () => bundleCounts(node.instance, node.netns, this.places),
      apply: async (changes, objects) => {
        // A session that is being started has the bundle of before.
        while (!this.resident && !this.stopping.signal.aborted) await pause(20, this.stopping.signal);
        const done = (await this.resident?.apply(changes)) ?? { error: "the agent has ended" };
        if (isFailure(done)) return done;
        void this.resident?.setObjects(objects);
        return done.generation;
      },
    };
  }

  private take(name: ResourceName, batch: Batch): void {
    if (name === "policyBundles") return this.bundle?.take(batch);
    if (name === "services" || name === "endpointSlices") return this.services?.take(name, batch);
    const changes = this.view.take(name, batch);
    if (name === "nodes") this.services?.take(name, batch);
    if (name === "nodes") this.checkNode();
    if (changes.length === 0) return;
    this.places.take(changes);
    this.apply(changes);
    if (name === "pods" && this.resident) this.settle();
  }

  private apply(changes: readonly ClusterChange[]): void {
    if (this.starting) return void this.waiting.push(...changes);
    if (!this.resident) return;
    const begun = performance.now();
    void this.resident.apply(changes).then((done) => {
      if (!isFailure(done)) this.changeSeconds.add((performance.now() - begun) / 1000);
    });
  }

  private hasSynced(name: ResourceName): void {
    this.synced.add(name);
    if (this.synced.size === this.watchers.size) void this.begin();
  }

  private async begin(): Promise<void> {
    if (this.resident || this.starting) return;
    this.starting = true;
    await this.bundle?.arrived();
    const backoff = new Backoff();
    while (!this.stopping.signal.aborted) {
      const started = await this.tryToStart();
      if (!isFailure(started)) {
        [this.resident, this.starting, this.failure] = [started, false, undefined];
        this.options.log(`in force: ${this.policies().length} policies, ${this.places.size} pods here`);
        this.services?.begin();
        const { waiting } = this;
        this.waiting = [];
        if (waiting.length > 0) this.apply(waiting);
        this.settle();
        return;
      }
      this.failure = started;
      this.options.log(describe(started));
      await backoff.again(this.stopping.signal);
    }
  }

  private async tryToStart(): Promise<Resident | Failure> {
    const { node, shell, settings, log } = this.options;
    const known = this.view.nodes.get(node.name);
    if (!known)
      return { error: `the API has no node ${node.name}`, help: "give --node the name that the kubelet has" };
    const local: Extract<ClusterChange, { kind: "local" }>[] = [];
    this.places.forget();
    await this.places.settle((changes) => {
      for (const change of changes) if (change.kind === "local") local.push(change);
      this.services?.takePlaces(changes);
    });
    this.options.onMissing(this.places.missing);
    this.nodeIps = known.ips.join();
    // All of this is the view as it is now; what comes from here on is waiting.
    this.waiting = [];
    const first = {
      policies: this.policies(),
      namespaces: [...this.view.namespaces.values()],
      pods: [...this.view.pods.values()],
      local: local.map((each) => ({ ...each, pod: this.view.pods.get(podKey(each.pod)) ?? each.pod })),
    };
    this.bundle?.begin();
    const at: LocalNode = { ...node, ips: known.ips };
    const { bundle } = this;
    return Resident.start(at, first, {
      ...{ shell, settings, sources: new SourceMap() },
      ...(bundle && { objects: bundle.objects }),
      get bundle() {
        return bundle?.digest ?? "live";
      },
      onProblems: (problems) => problems.forEach((problem) => log(`problem: ${problem}`)),
      onInForce: (generation) => {
        this.generation = generation;
        this.bundle?.inForce(generation);
        this.failure = undefined;
      },
      onFailure: (failure) => {
        this.failure = failure;
        log(describe(failure));
      },
    });
  }

  /** Addresses of the node are part of the whole state: others begin a new one. */
  private checkNode(): void {
    const ips = this.view.nodes.get(this.options.node.name)?.ips.join();
    const { resident } = this;
    if (!resident || ips === undefined || ips === this.nodeIps) return;
    this.options.log(`the node's addresses are ${ips} now`);
    this.resident = undefined;
    void resident.stop().then(() => this.begin());
  }

  private settle(): void {
    if (!this.resident) return;
    if (this.settling !== "no") return void (this.settling = "again");
    this.settling = "yes";
    void this.places
      .settle((changes) => {
        this.services?.takePlaces(changes);
        this.apply(changes);
      })
      .finally(() => {
        const again = this.settling === "again";
        this.settling = "no";
        this.options.onMissing(this.places.missing);
        if (again) this.settle();
      });
  }

  private lookAgain(): void {
    this.namespaces.scan();
    if (this.places.missing.size === 0) return;
    this.namespaces.scanProcesses();
    this.settle();
  }

  private apiFailed(name: ResourceName, failure: ApiFailure): void {
    this.apiFailures.set(name, (this.apiFailures.get(name) ?? 0) + 1);
    this.options.log(describe(failure));
  }
}

function describe({ error, help }: Failure): string {
  return help === undefined ? error : `${error}\n  help: ${help}`;
}
