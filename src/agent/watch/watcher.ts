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
import type { Api, ApiFailure } from "../api/api.js";
import { isFailure } from "../../node/failure.js";
import type { KubeObject } from "../objects/kube_object.js";
import type { Resource } from "../objects/resource.js";
import { keyOf } from "../objects/kube_object.js";
import { Backoff, pause } from "./backoff.js";
import type { ObjectKey } from "./versions.js";
import { Versions } from "./versions.js";

export interface Batch {
  readonly changed: readonly KubeObject[];
  readonly gone: readonly ObjectKey[];
}

export interface WatcherOptions {
  readonly onBatch: (batch: Batch) => void;
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

const PAGE = 500;
const SHORT_MS = 1000;

interface Page {
  readonly metadata?: { readonly resourceVersion?: string; readonly continue?: string };
  readonly items?: readonly KubeObject[] | null;
}

interface WatchEvent {
  readonly type: "ADDED" | "MODIFIED" | "DELETED" | "BOOKMARK" | "ERROR";
  readonly object: KubeObject & { readonly code?: number; readonly message?: string };
}

export class Watcher {
  /** Requests that lists and watches have taken, for metrics. */
  requests = { list: 0, watch: 0 };
  private readonly versions = new Versions();
  private readonly backoff = new Backoff();
  private readonly times: typeof TIMES;
  /** The version to go on from; undefined: a list is needed. */
  private version: string | undefined;
  private missing = 0;

  constructor(
    private readonly api: Api,
    private readonly resource: Resource,
    private readonly options: WatcherOptions,
  ) {
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
        await pause(this.backoff.next((failure.retryAfter ?? 0) * 1000), signal);
      }
    }
  }

  private async list(signal: AbortSignal): Promise<ApiFailure | undefined> {
    const { path, read } = this.resource;
    const found: KubeObject[] = [];
    let page: Page | undefined;
    do {
      this.requests.list++;
      const next = page?.metadata?.continue;
      const query = new URLSearchParams({ limit: String(PAGE), ...(next && { continue: next }) });
      const answer = await this.api.get(`${path}?${query}`, signal);
      if (isFailure(answer)) return answer;
      page = answer as Page;
      for (const item of page.items ?? []) found.push(read(item));
    } while (page.metadata?.continue);
    this.missing = 0;
    this.handOver(found, page.metadata?.resourceVersion ?? "0");
    this.backoff.worked();
    return undefined;
  }

  private handOver(found: readonly KubeObject[], version: string): void {
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
    const query = new URLSearchParams({
      watch: "true",
      allowWatchBookmarks: "true",
      resourceVersion: this.version!,
      timeoutSeconds: String(seconds),
    });
    let failure: ApiFailure | undefined;
    const ending = new AbortController();
    const onLine = (line: unknown) => {
      if (failure) return;
      failure = this.take(line as WatchEvent);
      if (failure) ending.abort();
    };
    const either = AbortSignal.any([signal, ending.signal]);
    const begun = performance.now();
    const ended = await this.api.stream(`${this.resource.path}?${query}`, {
      ...{ onLine, signal: either, silence: seconds * 1000 + silenceMs },
    });
    // A server that ends every watch at once must not be asked in a loop.
    if (!failure && !ended && performance.now() - begun < SHORT_MS) await pause(this.backoff.next(), signal);
    return failure ?? ended;
  }

  private take({ type, object }: WatchEvent): ApiFailure | undefined {
    if (type === "ERROR")
      return {
        error: `the watch of ${this.resource.path} ended: ${object.message ?? "no reason given"}`,
        ...(object.code !== undefined && { status: object.code }),
      };
    const version = object.metadata.resourceVersion ?? "0";
    this.backoff.worked();
    if (Number(version) > Number(this.version)) this.version = version;
    if (type === "BOOKMARK") return undefined;
    const key = keyOf(object);
    if (type === "DELETED") {
      if (this.versions.remove(key, version)) this.options.onBatch({ changed: [], gone: [key] });
    } else if (this.versions.advance(key, version))
      this.options.onBatch({ changed: [this.resource.read(object)], gone: [] });
    return undefined;
  }

  private async absent(failure: ApiFailure, signal: AbortSignal): Promise<void> {
    this.version = undefined;
    if (!this.resource.optional) this.options.onFailure(failure);
    else if (++this.missing >= this.times.absentTries || this.versions.size === 0) this.handOver([], "0");
    this.version = undefined;
    await pause(
      this.resource.optional && this.missing >= this.times.absentTries
        ? this.times.absentMs * (0.5 + Math.random())
        : this.backoff.next(),
      signal,
    );
  }
}
