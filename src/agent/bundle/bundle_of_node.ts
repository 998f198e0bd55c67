/**
 * Enforces the bundle that the cluster's PolicyBundle names.
 *
 * 1. It is fetched, checked (epoch, signature, digests), written to disk, then applied. What fails is refused, and what was
 *    in force stays so.
 * 2. A node that starts has the bundle it enforced last, until the API says another. A PolicyBundle that was removed takes
 *    nothing away: nobody opens a cluster by deleting one object.
 * 3. What the node makes of it is its own entry of the status.
 */
import type { Bundle } from "../../bundle/bundle.js";
import { acceptBundle, refusalOf } from "../../cluster/accept_bundle.js";
import type { NodeState, NodeStatus, PolicyBundle, PolicyBundleSpec } from "../../cluster/policy_bundle.js";
import type { Policy } from "../../ir/policy.js";
import type { Failure } from "../../node/failure.js";
import { isFailure } from "../../node/failure.js";
import type { TrustedKeys } from "../../signing/key.js";
import type { ClusterChange } from "../../state/index/changes.js";
import type { SetObjects } from "../../state/index/subjects/programs.js";
import type { Api, ApiFailure } from "../api/api.js";
import { Backoff, pause } from "../watch/backoff.js";
import type { Batch } from "../watch/watcher.js";
import type { AcceptedBundle } from "./accepted_bundle.js";
import { acceptedBundle, bundlePath, changesBetween, keep, keptBundle } from "./accepted_bundle.js";

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
const STATUS_EVERY_MS = 60_000;
/** While somebody waits for a rollout, counters are told more often. */
const STATUS_SOON_MS = 3000;
const SOON_FOR_MS = 120_000;

export class BundleOfNode {
  private current: AcceptedBundle | undefined;
  private spec: PolicyBundleSpec | undefined;
  private state: NodeState = "pending";
  private message: string | undefined;
  private generation = 0;
  private inUse = false;
  private changedAt = 0;
  private working: Promise<void> | undefined;
  private readonly stopping = new AbortController();

  constructor(
    private readonly api: Api,
    private readonly node: string,
    private readonly options: BundleOptions,
    private readonly use: BundleUse,
  ) {}

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
    this.current = await keptBundle(this.options.directory);
    void this.tellRegularly();
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
    void this.tell();
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
    this.changedAt = Date.now();
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
      await this.tell();
      if (this.spec !== spec) continue; // a newer one came while this was told
      if (!done || !isPassing(done)) return;
      await pause(backoff.next(), this.stopping.signal);
    }
  }

  private async enforce(spec: PolicyBundleSpec): Promise<Failure | undefined> {
    const { trusted, directory } = this.options;
    const acceptance = { trusted, enforced: this.current };
    const refusal = refusalOf(spec, acceptance);
    if (refusal) return refusal;
    if (this.current?.digest === spec.digest) return this.record({ ...this.current, epoch: spec.epoch });
    const chunks = await this.fetch(spec.payload);
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
    this.current = bundle;
    return keep(this.options.directory, bundle);
  }

  private async fetch({
    namespace,
    configMaps,
  }: PolicyBundleSpec["payload"]): Promise<Buffer[] | ApiFailure> {
    const chunks: Buffer[] = [];
    for (const name of configMaps) {
      const map = await this.api.get(`/api/v1/namespaces/${namespace}/configmaps/${name}`);
      if (isFailure(map)) return map;
      const chunk = (map as { readonly binaryData?: Readonly<Record<string, string>> }).binaryData?.["chunk"];
      if (chunk === undefined)
        return { error: `the ConfigMap ${namespace}/${name} contains no chunk of a bundle` };
      chunks.push(Buffer.from(chunk, "base64"));
    }
    return chunks;
  }

  private async tellRegularly(): Promise<void> {
    const { signal } = this.stopping;
    while (!signal.aborted) {
      const isSoon = Date.now() - this.changedAt < SOON_FOR_MS;
      await pause(isSoon ? STATUS_SOON_MS : STATUS_EVERY_MS, signal);
      if (!signal.aborted && this.spec && this.state !== "pending") await this.tell();
    }
  }

  private async tell(): Promise<void> {
    const { spec, node } = this;
    if (!spec) return;
    const isIt = this.state === "refused" ? spec : this.current;
    const status: NodeStatus = {
      ...{ node, state: this.state, digest: isIt?.digest ?? spec.digest, epoch: isIt?.epoch ?? spec.epoch },
      ...(this.generation > 0 && { generation: this.generation }),
      ...(this.message !== undefined && { message: this.message }),
      ...(await this.use.counts()),
      observed: new Date().toISOString(),
    };
    const path = `/apis/polc.dev/v1alpha1/policybundles/${this.options.name}/status`;
    const answer = await this.api.apply(`${path}?fieldManager=polc-agent-${node}&force=true`, {
      ...{ apiVersion: "polc.dev/v1alpha1", kind: "PolicyBundle", metadata: { name: this.options.name } },
      status: { nodes: [status] },
    });
    if (isFailure(answer)) this.use.log(answer.error);
  }
}

/** The API was away, or has not everything yet: another try may do. */
function isPassing(failure: ApiFailure): boolean {
  if (failure.error.includes("cannot be reached")) return true;
  return (
    failure.status !== undefined &&
    (failure.status >= 500 || failure.status === 404 || failure.status === 429)
  );
}
