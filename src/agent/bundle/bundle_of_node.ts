/**
 * Enforces the bundle that the cluster's PolicyBundle names.
 *
 * 1. It is fetched, checked (epoch, signature, digests), written to disk, then applied. What fails is refused, and what was
 *    in force stays so.
 * 2. A node that starts has the bundle it enforced last, until the API says another. A PolicyBundle that was removed takes
 *    nothing away: nobody opens a cluster by deleting one object. One that is made again under its name goes on from there: an epoch that
 *    is older than the last one in force is refused.
 * 3. What the node makes of it is its own entry of the status.
 */
import type { Bundle } from "../../bundle/bundle.js";
import { acceptBundle, fetchChunks, refusalOf } from "../../cluster/accept_bundle.js";
import type { Cluster } from "../../cluster/client.js";
import type { NodeState, NodeStatus, PolicyBundle, PolicyBundleSpec } from "../../cluster/policy_bundle.js";
import { isNotFound } from "../../cluster/resource.js";
import { isPassing } from "../../cluster/retries.js";
import type { Batch } from "../../cluster/watcher.js";
import type { Policy } from "../../ir/policy.js";
import { Backoff, pause } from "../../node/backoff.js";
import type { Failure } from "../../node/failure.js";
import { isFailure } from "../../node/failure.js";
import type { TrustedKeys } from "../../signing/key.js";
import type { ClusterChange } from "../../state/index/changes.js";
import type { SetObjects } from "../../state/index/subjects/programs.js";
import type { AcceptedBundle, Enforced } from "./accepted_bundle.js";
import {
  acceptedBundle,
  bundlePath,
  changesBetween,
  keep,
  keptBundle,
  lastEnforced,
} from "./accepted_bundle.js";
import { StatusOfNode } from "./status_of_node.js";

export interface BundleOptions {
  /** Of the PolicyBundle. */
  readonly name: string;
  /** Where bundles are kept over a restart of the machine. */
  readonly directory: string;
  /** Left out: signatures are not looked at. */
  readonly trusted?: TrustedKeys;
}

export interface BundleUse {
  /** Resolves when the changes are in force: the generation. */
  readonly apply: (changes: readonly ClusterChange[], objects: SetObjects) => Promise<number | Failure>;
  /** What of the status the agent knows. */
  readonly counts: () => Promise<Partial<NodeStatus>>;
  readonly log: (text: string) => void;
}

const ARRIVAL_MS = 10_000;

export class BundleOfNode {
  private current: AcceptedBundle | undefined;
  /** The newest that was ever in force here, also if its bundle on disk cannot be read any more. */
  private last: Enforced | undefined;
  private spec: PolicyBundleSpec | undefined;
  private state: NodeState = "pending";
  private message: string | undefined;
  private generation = 0;
  private inUse = false;
  private working: Promise<void> | undefined;
  private readonly stopping = new AbortController();
  private readonly status: StatusOfNode;

  constructor(
    private readonly api: Cluster,
    private readonly node: string,
    private readonly options: BundleOptions,
    private readonly use: BundleUse,
  ) {
    const source = { now: () => this.statusNow(), log: use.log };
    this.status = new StatusOfNode(api, options.name, source, this.stopping.signal);
  }

  get policies(): readonly Policy[] {
    return this.current?.policies ?? [];
  }

  get objects(): SetObjects {
    return this.current?.objects ?? new Map();
  }

  get digest(): string {
    return this.current?.digest ?? "none";
  }

  get epoch(): number {
    return this.current?.epoch ?? 0;
  }

  /** What is on disk is what a first state has. */
  async start(): Promise<void> {
    const { directory } = this.options;
    this.last = lastEnforced(directory);
    this.current = this.last && (await keptBundle(directory, this.last));
    void this.status.tellRegularly();
  }

  /** Resolves when the first bundle is here, or when that takes too long: then what is on disk is what there is. */
  async arrived(): Promise<void> {
    const late = new AbortController();
    await Promise.race([this.working, pause(ARRIVAL_MS, late.signal)]);
    late.abort();
  }

  /** A first state has the policies and objects as they are now. From here on they are changes. */
  begin(): void {
    this.inUse = true;
  }

  /** What a first state has is enforced when that is in force. */
  inForce(generation: number): void {
    this.generation = generation;
    const { spec, current } = this;
    if (this.state !== "pending" || !spec || !current) return;
    if (current.digest !== spec.digest || current.epoch !== spec.epoch) return;
    this.state = "enforcing";
    this.status.tell();
  }

  stop(): void {
    this.stopping.abort();
  }

  take({ changed, gone }: Batch): void {
    if (gone.includes(this.options.name)) {
      this.spec = undefined;
      this.use.log(`PolicyBundle ${this.options.name} was removed; what is enforced stays so`);
    }
    const object = changed.find(({ metadata }) => metadata.name === this.options.name) as
      PolicyBundle | undefined;
    if (!object || JSON.stringify(object.spec) === JSON.stringify(this.spec)) return;
    this.spec = object.spec;
    this.status.changes();
    this.working ??= this.work().finally(() => (this.working = undefined));
  }

  /** Until the newest one is enforced or refused; what failed for want of the API is tried again. */
  private async work(): Promise<void> {
    const backoff = new Backoff();
    while (this.spec && !this.stopping.signal.aborted) {
      const { spec } = this;
      const { canary } = spec;
      if (canary && !canary.nodes.includes(this.node)) return;
      const done = await this.enforce(spec);
      if (this.spec !== spec) continue;
      this.state = done ? "refused" : this.generation > 0 ? "enforcing" : "pending";
      this.message = done?.error;
      if (done) this.use.log(`bundle ${spec.digest}, epoch ${spec.epoch}: ${done.error}`);
      this.status.tell();
      if (!done || !(isPassing(done) || isNotFound(done))) return;
      await backoff.again(this.stopping.signal);
    }
  }

  private async enforce(spec: PolicyBundleSpec): Promise<Failure | undefined> {
    const { trusted, directory } = this.options;
    const acceptance = { trusted, enforced: this.last };
    const refusal = refusalOf(spec, acceptance);
    if (refusal) return refusal;
    if (this.current?.digest === spec.digest) return this.record({ ...this.current, epoch: spec.epoch });
    const chunks = await fetchChunks(this.api, spec.payload);
    if (isFailure(chunks)) return chunks;
    const bundle = await acceptBundle(spec, chunks, bundlePath(directory, spec.digest), acceptance);
    if (isFailure(bundle)) return bundle;
    const accepted = acceptedBundle(bundle as Bundle, spec.epoch);
    if (this.inUse) {
      const generation = await this.use.apply(
        changesBetween(this.policies, accepted.policies),
        accepted.objects,
      );
      if (isFailure(generation)) return generation;
      this.generation = generation;
    }
    return this.record(accepted);
  }

  private record(bundle: AcceptedBundle): Failure | undefined {
    [this.current, this.last] = [bundle, bundle];
    return keep(this.options.directory, bundle);
  }

  private async statusNow(): Promise<NodeStatus | undefined> {
    const { spec, node } = this;
    if (!spec || this.state === "pending") return undefined;
    const isIt = this.state === "refused" ? spec : this.current;
    return {
      ...{ node, state: this.state, digest: isIt?.digest ?? spec.digest, epoch: isIt?.epoch ?? spec.epoch },
      ...(this.generation > 0 && { generation: this.generation }),
      ...(this.message !== undefined && { message: this.message }),
      ...(await this.use.counts()),
      observed: new Date().toISOString(),
    };
  }
}
