/**
 * Keeps a copy of one resource: a list in pages, then a watch from its version on.
 *
 * 1. A list is handed over as one batch, with what is gone: nobody sees half of it.
 * 2. A watch that the server ends, or that breaks, goes on from the last version that it told, bookmarks included.
 * 3. 410 Gone, or an ERROR event, begins again with a list. What was handed over before stays until that list is whole.
 * 4. What comes twice, or too late, is left out (`versions.ts`).
 * 5. A resource that the server does not have (404) is empty, once it has been missing for a while: a server that has just
 *    started does not know its custom resources yet.
 */
import { Backoff, pause } from "../node/backoff.js";
import { isFailure } from "../node/failure.js";
import type { ApiStatus } from "./api_failure.js";
import type { Cluster } from "./client.js";
import { keyOf, pathOf } from "./resource.js";
import type { ApiFailure, KubeObject, ObjectKey, Resource } from "./resource.js";
import { Versions } from "./versions.js";

/** The objects of a kind that are followed, and what is kept of them. */
export interface Followed<T extends KubeObject = KubeObject> extends Resource {
  /** A custom resource that a cluster may lack. */
  readonly optional?: boolean;
  readonly namespace?: string;
  readonly fieldSelector?: string;
  readonly read: (object: KubeObject) => T;
}

export interface Batch<T extends KubeObject = KubeObject> {
  readonly changed: readonly T[];
  readonly gone: readonly ObjectKey[];
}

export interface WatcherOptions<T extends KubeObject> {
  readonly onBatch: (batch: Batch<T>) => void;
  /** A list has been handed over whole, or the server has no such resource. */
  readonly onSynced: () => void;
  readonly onFailure: (failure: ApiFailure) => void;
  /** Pauses between tries, and for how long a watch is asked for; for tests. */
  readonly times?: Partial<typeof TIMES>;
}

const TIMES = {
  /** Asked of the server for one watch, at least; at most twice that. */
  watchSeconds: 300,
  /** For how long nothing may come after the server should have ended a watch. A dead peer is found sooner, by TCP. */
  silenceMs: 30_000,
  absentMs: 30_000,
  absentTries: 3,
};

const SHORT_MS = 1000;

interface WatchEvent {
  readonly type: "ADDED" | "MODIFIED" | "DELETED" | "BOOKMARK" | "ERROR";
  readonly object: KubeObject & ApiStatus & { readonly code?: number };
}

export class Watcher<T extends KubeObject = KubeObject> {
  /** Requests that lists and watches have taken, for metrics. */
  requests = { list: 0, watch: 0 };
  private readonly versions = new Versions();
  private readonly backoff = new Backoff();
  private readonly times: typeof TIMES;
  /** The version to go on from; undefined: a list is needed. */
  private version: string | undefined;
  private missing = 0;

  private readonly cluster: Cluster;

  /** What fails is tried again for ever, with pauses: by this, and not by each request. */
  constructor(
    cluster: Cluster,
    private readonly followed: Followed<T>,
    private readonly options: WatcherOptions<T>,
  ) {
    this.cluster = cluster.patient({ ms: 0 });
    this.times = { ...TIMES, ...options.times };
  }

  get size(): number {
    return this.versions.size;
  }

  /** Until the signal ends it. */
  async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      const failure = this.version === undefined ? await this.list(signal) : await this.watch(signal);
      if (signal.aborted) return;
      if (!failure) continue;
      if (failure.status === 404) await this.absent(failure, signal);
      else {
        if (failure.status === 410) this.version = undefined;
        this.options.onFailure(failure);
        await this.backoff.again(signal, (failure.retryAfterSeconds ?? 0) * 1000);
      }
    }
  }

  private async list(signal: AbortSignal): Promise<ApiFailure | undefined> {
    const { read, namespace, fieldSelector } = this.followed;
    const found: T[] = [];
    const where = {
      ...{ signal, ...(namespace !== undefined && { namespace }) },
      ...(fieldSelector !== undefined && { fieldSelector }),
    };
    const listed = await this.cluster.eachPage<KubeObject>(this.followed, where, (items) => {
      this.requests.list++;
      for (const item of items) found.push(read(item));
    });
    if (isFailure(listed)) {
      this.requests.list++;
      return listed;
    }
    this.missing = 0;
    this.handOver(found, listed);
    this.backoff.worked();
    return undefined;
  }

  private handOver(found: readonly T[], version: string): void {
    const { changed, gone } = this.versions.replaceBy(
      found.map((item) => [keyOf(item), item.metadata.resourceVersion ?? version, item] as const),
    );
    this.version = version;
    if (changed.length > 0 || gone.length > 0) this.options.onBatch({ changed, gone });
    this.options.onSynced();
  }

  private async watch(signal: AbortSignal): Promise<ApiFailure | undefined> {
    this.requests.watch++;
    const { watchSeconds, silenceMs } = this.times;
    const seconds = Math.round(watchSeconds * (1 + Math.random()));
    const { namespace, fieldSelector } = this.followed;
    const query = {
      watch: "true",
      allowWatchBookmarks: "true",
      resourceVersion: this.version,
      timeoutSeconds: String(seconds),
      fieldSelector,
    };
    let failure: ApiFailure | undefined;
    const ending = new AbortController();
    const onLine = (line: unknown) => {
      if (failure) return;
      failure = this.take(line as WatchEvent);
      if (failure) ending.abort();
    };
    const either = AbortSignal.any([signal, ending.signal]);
    const begun = performance.now();
    const path = pathOf(this.followed, namespace === undefined ? {} : { namespace });
    const ended = await this.cluster.stream(path, query, {
      ...{ onLine, signal: either, silenceMs: seconds * 1000 + silenceMs },
    });
    // A server that ends every watch at once must not be asked in a loop.
    if (!failure && !ended && performance.now() - begun < SHORT_MS) await this.backoff.again(signal);
    return failure ?? ended;
  }

  private take({ type, object }: WatchEvent): ApiFailure | undefined {
    if (type === "ERROR") {
      const { code, message = "no reason given" } = object;
      const error = `the watch of ${this.followed.plural} ended: ${message}`;
      return { error, ...(code !== undefined && { status: code }) };
    }
    const version = object.metadata.resourceVersion ?? "0";
    this.backoff.worked();
    if (Number(version) > Number(this.version)) this.version = version;
    if (type === "BOOKMARK") return undefined;
    const key = keyOf(object);
    if (type === "DELETED") {
      if (this.versions.remove(key, version)) this.options.onBatch({ changed: [], gone: [key] });
    } else if (this.versions.advance(key, version))
      this.options.onBatch({ changed: [this.followed.read(object)], gone: [] });
    return undefined;
  }

  private async absent(failure: ApiFailure, signal: AbortSignal): Promise<void> {
    this.version = undefined;
    if (!this.followed.optional) this.options.onFailure(failure);
    else if (++this.missing >= this.times.absentTries || this.versions.size === 0) this.handOver([], "0");
    this.version = undefined;
    if (this.followed.optional && this.missing >= this.times.absentTries)
      await pause(this.times.absentMs * (0.5 + Math.random()), signal);
    else await this.backoff.again(signal);
  }
}
