/**
 * A session that keeps a node as its cluster is: the whole state first, then every change as it comes.
 *
 * 1. One change is on its way at a time. Those that come meanwhile follow together, as one.
 * 2. A change that was refused, or whose loader died, is tried once more as part of the whole state.
 * 3. Whatever fails, what was in force stays so, and the whole state is tried again, each time after a longer pause.
 */
import type { ClusterChange } from "../state/index/changes.js";
import type { FirstState, NodeIndexOptions } from "../state/index/node_index.js";
import { NodeIndex } from "../state/index/node_index.js";
import type { SetObjects } from "../state/index/subjects/programs.js";
import type { LoaderSettings, LoaderState } from "../state/loader_state.js";
import { Backoff } from "./backoff.js";
import type { Failure } from "./failure.js";
import { failureOf, isFailure } from "./failure.js";
import { loaderStatus } from "./loader_status.js";
import type { LocalNode } from "./local.js";
import { takeLock } from "./lock.js";
import { needRoot } from "./need_root.js";
import type { Specialised } from "./resident_loader.js";
import { ResidentLoader } from "./resident_loader.js";
import type { NamesOptions } from "./resident_names.js";
import { ResidentNames } from "./resident_names.js";
import { checkInstance, runDir } from "./run_dir.js";

export interface ResidentOptions
  extends Pick<NodeIndexOptions, "shell" | "settings" | "sizes" | "objects">, NamesOptions {
  /** Pods on which nothing could be enforced, in words. Give such a pod again when its interface is there. */
  readonly onProblems?: (problems: readonly string[]) => void;
  readonly onSpecialised?: (specialised: Specialised) => void;
  /** A state is in force, also one that nobody waits for: the whole state after a failure. */
  readonly onInForce?: (generation: number) => void;
  /** The loader has ended, or refused a state. What was in force stays so until the whole state is in force again. */
  readonly onFailure?: (failure: Failure) => void;
}

export interface Done {
  /** The generation since which the change is in force. */
  readonly generation: number;
  /** From when it was given until it was in force. */
  readonly microseconds: number;
}

interface Waiting {
  /** Undefined: nothing changes. */
  readonly update: (index: NodeIndex) => LoaderState | undefined;
  /** Those of the cluster can be one change together. */
  readonly changes?: readonly ClusterChange[];
  readonly given: number;
  readonly resolve: (result: Done | Failure) => void;
}

export class Resident {
  private readonly queue: Waiting[] = [];
  private readonly backoff = new Backoff({ longestMs: 10_000, free: 1 });
  private loader: ResidentLoader | undefined;
  /** The generation in force is what the index knows of; undefined: the whole state has to be told. */
  private generation: number | undefined;
  /** A state is on its way. */
  private telling = false;
  private readonly stopping = new AbortController();
  private wake: () => void = () => undefined;
  private running: Promise<void> = Promise.resolve();

  private constructor(
    private readonly node: LocalNode,
    private readonly index: NodeIndex,
    private readonly names: ResidentNames,
    private readonly options: ResidentOptions,
    private readonly release: () => void,
  ) {}

  /** Makes this the node's state, and resolves when it is in force. No other deployment can be until `stop`. */
  static async start(
    node: LocalNode,
    first: FirstState,
    options: ResidentOptions,
  ): Promise<Resident | Failure> {
    const wrong = checkInstance(node.instance) ?? needRoot();
    if (wrong) return wrong;
    const release = takeLock(`${runDir(node.instance)}/deploy.lock`);
    if (isFailure(release)) return release;
    const names = new ResidentNames(node, options);
    const { firstProfile } = names;
    const index = new NodeIndex({ ...options, nodeIps: node.ips, generation: 1, firstProfile }, first);
    const session = new Resident(node, index, names, options, release);
    const begun = await session.tellWhole();
    if (isFailure(begun)) {
      await session.stop();
      return begun;
    }
    session.running = session.run();
    return session;
  }

  /** Resolves when the changes are in force, with the time that they took. */
  apply(changes: readonly ClusterChange[]): Promise<Done | Failure> {
    return this.enqueue({ changes, update: (index) => index.update(changes) });
  }

  /** From now on these are the compiled policy sets. */
  setObjects(objects: SetObjects): Promise<Done | Failure> {
    return this.enqueue({ update: (index) => index.setObjects(objects) });
  }

  setSettings(settings: Partial<LoaderSettings>): Promise<Done | Failure> {
    return this.enqueue({ update: (index) => index.setSettings(settings) });
  }

  /** What has been given is brought in force; then the session ends, and everything stays enforced. */
  async stop(): Promise<void> {
    this.stopping.abort();
    this.wake();
    await this.running;
    const { loader } = this;
    this.loader = undefined;
    await loader?.stop();
    this.names.end(this.index);
    this.release();
  }

  private enqueue(of: Pick<Waiting, "update" | "changes">): Promise<Done | Failure> {
    if (this.stopping.signal.aborted)
      return Promise.resolve({ error: "the session with the loader has ended" });
    return new Promise((resolve) => {
      this.queue.push({ ...of, given: performance.now(), resolve });
      this.wake();
    });
  }

  private async run(): Promise<void> {
    for (;;) {
      if (this.queue.length > 0 || (this.generation === undefined && !this.stopping.signal.aborted))
        await this.step();
      else if (this.stopping.signal.aborted) return;
      else await new Promise<void>((resolve) => (this.wake = resolve));
    }
  }

  private async step(): Promise<void> {
    if (this.generation === undefined) await this.backoff.take(this.stopping.signal);
    const batch = this.takeBatch();
    const result = await this.bring(batch);
    const now = performance.now();
    for (const { given, resolve } of batch)
      resolve(
        isFailure(result) ? result : { generation: result, microseconds: Math.round(1000 * (now - given)) },
      );
  }

  /** What is next, with what can be done together with it. */
  private takeBatch(): Waiting[] {
    const other = this.queue.findIndex(({ changes }) => !changes);
    return this.queue.splice(0, other < 0 ? this.queue.length : Math.max(1, other));
  }

  /** The generation since which the batch is in force. */
  private async bring(batch: readonly Waiting[]): Promise<number | Failure> {
    const changes = batch.flatMap(({ changes: each = [] }) => each);
    const state =
      batch.length > 1 ? this.index.update(changes) : batch[0] ? batch[0].update(this.index) : undefined;
    if (this.generation !== undefined) {
      const done = state ? await this.tell(state) : this.generation;
      if (!isFailure(done)) return done;
      this.options.onFailure?.(done);
      await this.backoff.take(this.stopping.signal);
    }
    const done = await this.tellWhole();
    if (isFailure(done)) this.options.onFailure?.(done);
    return done;
  }

  private async tellWhole(): Promise<number | Failure> {
    const status = await loaderStatus(this.node.instance, this.node.netns);
    const loader = isFailure(status) ? status : (this.loader ?? this.startLoader());
    if (isFailure(status) || isFailure(loader)) {
      this.backoff.failed();
      return isFailure(status) ? status : (loader as Failure);
    }
    return this.tell(this.index.whole(status.generation + 1));
  }

  private async tell(state: LoaderState): Promise<number | Failure> {
    try {
      this.names.before(state, this.index);
    } catch (error) {
      return this.fail(failureOf(`writing the names of ${this.node.instance}`, error));
    }
    this.telling = true;
    const answer = await this.loader?.send(state);
    this.telling = false;
    if (answer?.kind !== "in-force")
      return this.fail(answer?.failure ?? { error: "polc-loader serve has ended" });
    this.generation = answer.generation;
    this.names.after(state);
    if (state.kind === "delta") this.backoff.worked();
    this.options.onInForce?.(answer.generation);
    if (answer.problems.length > 0) this.options.onProblems?.(answer.problems);
    return answer.generation;
  }

  private fail(failure: Failure): Failure {
    this.generation = undefined;
    this.backoff.failed();
    return failure;
  }

  private startLoader(): ResidentLoader | Failure {
    const { instance, netns } = this.node;
    const loader = ResidentLoader.start(instance, netns, (specialised) =>
      this.options.onSpecialised?.(specialised),
    );
    if (isFailure(loader)) return loader;
    this.loader = loader;
    void loader.ended.then((failure) => {
      if (this.loader !== loader) return;
      this.loader = undefined;
      if (this.telling || this.generation === undefined) return;
      this.fail(failure);
      this.options.onFailure?.(failure);
      this.wake();
    });
    return loader;
  }
}
