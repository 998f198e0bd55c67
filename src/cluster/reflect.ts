/**
 * Follows all objects of a kind: what there is first, then every change.
 *
 * 1. A watch that ends goes on where it was; bookmarks keep that place young while nothing happens.
 * 2. Where the server no longer knows the place (410 Gone), everything is listed again, and told as such.
 * 3. Failures are told, and each is followed by a longer pause; what was told before stays true as far as is known.
 */
import { isFailure } from "../node/failure.js";
import type { Cluster, ListOptions } from "./client.js";
import { failureOfAnswer } from "./api_failure.js";
import { pathOf } from "./resource.js";
import type { ApiFailure, KubeObject, Resource } from "./resource.js";

export type Told<T> =
  /** All that there is: what was told before and is not among it is gone. */
  | { readonly kind: "all"; readonly objects: readonly T[] }
  | { readonly kind: "set"; readonly object: T }
  | { readonly kind: "gone"; readonly object: T };

export interface ReflectOptions<T> extends ListOptions {
  readonly tell: (told: Told<T>) => void;
  /** The API cannot be followed now. Told for every attempt. */
  readonly onFailure?: (failure: ApiFailure) => void;
  readonly signal: AbortSignal;
}

const WATCH_SECONDS = 290;
const SHORTEST_MS = 100;
const LONGEST_MS = 30_000;

interface WatchEvent<T> {
  readonly type: "ADDED" | "MODIFIED" | "DELETED" | "BOOKMARK" | "ERROR";
  readonly object: T;
}

/** Resolves when the signal ends it. */
export async function reflect<T extends KubeObject>(
  cluster: Cluster,
  resource: Resource,
  options: ReflectOptions<T>,
): Promise<void> {
  const { tell, onFailure, signal, ...wanted } = options;
  let place: string | undefined;
  let pause = SHORTEST_MS;
  while (!signal.aborted) {
    if (place === undefined) {
      const listed = await cluster.list<T>(resource, wanted);
      if (signal.aborted) return;
      if (!isFailure(listed)) {
        place = listed.resourceVersion;
        tell({ kind: "all", objects: listed.items });
        pause = SHORTEST_MS;
      } else onFailure?.(listed);
    }
    const began = performance.now();
    const watched = place === undefined ? undefined : await watchFrom<T>(cluster, resource, options, place);
    if (watched) place = watched.place;
    if (watched?.failure) onFailure?.(watched.failure);
    if (watched && performance.now() - began > LONGEST_MS) pause = SHORTEST_MS;
    if (!watched?.isOver) await rest((pause = Math.min(2 * pause, LONGEST_MS)), signal);
  }
}

/** `place`: where the next watch begins; undefined: with a list. `isOver`: the server ended it as it should. */
async function watchFrom<T extends KubeObject>(
  cluster: Cluster,
  resource: Resource,
  { tell, signal, namespace, labelSelector, fieldSelector }: ReflectOptions<T>,
  from: string,
) {
  let place: string | undefined = from;
  let failure: ApiFailure | undefined;
  const began = performance.now();
  const ended = await cluster.stream(
    pathOf(resource, namespace === undefined ? {} : { namespace }),
    {
      watch: "1",
      allowWatchBookmarks: "true",
      resourceVersion: from,
      timeoutSeconds: String(WATCH_SECONDS),
      labelSelector,
      fieldSelector,
    },
    (value) => {
      const { type, object } = value as WatchEvent<T>;
      if (type === "ERROR") {
        const { code = 500 } = object as { code?: number };
        failure = failureOfAnswer(code, JSON.stringify(object), {
          doing: `watch ${resource.plural}`,
          server: cluster.server,
          context: cluster.context,
        });
        return;
      }
      place = object.metadata.resourceVersion ?? place;
      if (type === "ADDED" || type === "MODIFIED") tell({ kind: "set", object });
      else if (type === "DELETED") tell({ kind: "gone", object });
    },
    signal,
  );
  failure ??= ended;
  if (failure?.status === 410) return { place: undefined, isOver: true };
  // A server that ends every watch at once is not asked again at once.
  return failure ? { place, failure, isOver: false } : { place, isOver: performance.now() - began > 1000 };
}

async function rest(ms: number, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return;
  await new Promise<void>((resolve) => {
    const timer = setTimeout(done, ms);
    signal.addEventListener("abort", done, { once: true });
    function done() {
      clearTimeout(timer);
      signal.removeEventListener("abort", done);
      resolve();
    }
  });
}
