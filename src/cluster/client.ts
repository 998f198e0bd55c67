/** Requests to a cluster's API. They answer with a value or a failure in words, and never throw. */
import type { Failure } from "../node/failure.js";
import { isFailure } from "../node/failure.js";
import { failureOfAnswer, failureOfConnection } from "./api_failure.js";
import type { Asked, Roles } from "./api_failure.js";
import { Connection, textOf } from "./connection.js";
import type { Ask } from "./connection.js";
import type { ConnectOptions } from "./credentials.js";
import { findCredentials } from "./find_credentials.js";
import { readLines } from "./lines.js";
import { apiVersionOf, isNotFound, pathOf, RESOURCES } from "./resource.js";
import type { ApiFailure, KubeObject, ObjectMeta, Resource } from "./resource.js";
import { Retries } from "./retries.js";
import type { Patience } from "./retries.js";

export type { ConnectOptions } from "./credentials.js";

export interface ClusterOptions {
  readonly patience?: Patience;
  /** Those that a missing right is in. */
  readonly roles?: Roles;
}

/** Reads where the cluster is; the cluster itself is first asked by a request. */
export async function connect(
  options: ConnectOptions = {},
  how: ClusterOptions = {},
): Promise<Cluster | Failure> {
  const credentials = await findCredentials(options);
  return isFailure(credentials) ? credentials : new Cluster(new Connection(credentials), how);
}

export interface Place {
  readonly namespace?: string;
  readonly name?: string;
  readonly subresource?: string;
}

/** Its kind is added. */
export interface Writable {
  readonly metadata: ObjectMeta;
  readonly [field: string]: unknown;
}

export interface WriteOptions {
  readonly fieldManager?: string;
  /** Takes over fields that others set. */
  readonly force?: boolean;
  /** The API server checks all, and keeps nothing. */
  readonly dryRun?: boolean;
  readonly subresource?: string;
}

export interface ListOptions {
  readonly namespace?: string;
  readonly labelSelector?: string;
  readonly fieldSelector?: string;
}

interface PageOptions extends ListOptions {
  readonly accept?: string;
  readonly signal?: AbortSignal;
}

interface Page<T> {
  readonly items?: readonly T[] | null;
  readonly metadata?: { readonly resourceVersion?: string; readonly continue?: string };
}

export interface Listed<T> {
  readonly items: readonly T[];
  readonly resourceVersion: string;
}

export interface StreamOptions {
  /** A line that is not JSON ends the stream. */
  readonly onLine: (line: unknown) => void;
  readonly signal: AbortSignal;
  /** The connection counts as dead when nothing has come for so long. */
  readonly silenceMs: number;
}

const METADATA_ALONE = "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1";

export const FIELD_MANAGER = "polc";

const PAGE = "500";

export class Cluster {
  constructor(
    private readonly connection: Connection,
    private readonly options: ClusterOptions = {},
  ) {}

  get context(): string {
    return this.connection.credentials.context;
  }

  get server(): string {
    return this.connection.credentials.server;
  }

  /** The same, that goes on asking for so long while the API server is away. */
  patient(patience: Patience): Cluster {
    return new Cluster(this.connection, { ...this.options, patience });
  }

  close(): void {
    this.connection.close();
  }

  get<T extends KubeObject>(resource: Resource, place: Place): Promise<T | ApiFailure> {
    return this.json<T>({
      method: "GET",
      path: pathOf(resource, place),
      doing: doing("get", resource, place),
    });
  }

  list<T extends KubeObject>(resource: Resource, options: ListOptions = {}): Promise<Listed<T> | ApiFailure> {
    return this.whole<T>(resource, options);
  }

  /** The same without what they hold. */
  listMetadata(resource: Resource, options: ListOptions = {}): Promise<Listed<KubeObject> | ApiFailure> {
    return this.whole(resource, { ...options, accept: METADATA_ALONE });
  }

  private async whole<T extends KubeObject>(
    resource: Resource,
    options: PageOptions,
  ): Promise<Listed<T> | ApiFailure> {
    const items: T[] = [];
    const resourceVersion = await this.eachPage<T>(resource, options, (page) => void items.push(...page));
    return isFailure(resourceVersion) ? resourceVersion : { items, resourceVersion };
  }

  /** All of them, page by page; the version that a watch goes on from. */
  async eachPage<T extends KubeObject>(
    resource: Resource,
    { namespace, accept, signal, ...selectors }: PageOptions,
    take: (page: readonly T[]) => void,
  ): Promise<string | ApiFailure> {
    const place = namespace === undefined ? {} : { namespace };
    let token: string | undefined;
    for (;;) {
      const page = await this.json<Page<T>>({
        method: "GET",
        path: pathOf(resource, place),
        query: { ...selectors, limit: PAGE, continue: token },
        doing: doing("list", resource, place),
        ...(accept !== undefined && { accept }),
        ...(signal && { signal }),
      });
      if (isFailure(page)) return page;
      take(page.items ?? []);
      token = page.metadata?.continue;
      if (!token) return page.metadata?.resourceVersion ?? "0";
    }
  }

  /** Server-side apply. With a `resourceVersion` it fails if the object is of another one. */
  apply<T extends KubeObject>(
    resource: Resource,
    object: Writable,
    { fieldManager = FIELD_MANAGER, force, dryRun, subresource }: WriteOptions = {},
  ): Promise<T | ApiFailure> {
    const { name, namespace } = object.metadata;
    const place = {
      name,
      ...(namespace !== undefined && { namespace }),
      ...(subresource && { subresource }),
    };
    return this.json<T>({
      method: "PATCH",
      path: pathOf(resource, place),
      query: {
        fieldManager,
        fieldValidation: "Strict",
        force: force ? "true" : undefined,
        dryRun: dryRun ? "All" : undefined,
      },
      contentType: "application/apply-patch+yaml",
      body: { ...object, apiVersion: apiVersionOf(resource), kind: resource.kind },
      doing: doing("apply", resource, place),
    });
  }

  create<T extends KubeObject>(
    resource: Resource,
    object: Writable,
    { fieldManager = FIELD_MANAGER, dryRun }: WriteOptions = {},
  ): Promise<T | ApiFailure> {
    const { name, namespace } = object.metadata;
    const place = namespace === undefined ? {} : { namespace };
    return this.json<T>({
      method: "POST",
      path: pathOf(resource, place),
      query: { fieldManager, fieldValidation: "Strict", dryRun: dryRun ? "All" : undefined },
      body: { ...object, apiVersion: apiVersionOf(resource), kind: resource.kind },
      doing: doing("create", resource, { ...place, name }),
    });
  }

  /** A JSON merge patch. */
  merge<T extends KubeObject>(
    resource: Resource,
    place: Place,
    patch: object,
    { fieldManager = FIELD_MANAGER, dryRun }: WriteOptions = {},
  ): Promise<T | ApiFailure> {
    return this.json<T>({
      method: "PATCH",
      path: pathOf(resource, place),
      query: { fieldManager, dryRun: dryRun ? "All" : undefined },
      contentType: "application/merge-patch+json",
      body: patch,
      doing: doing("patch", resource, place),
    });
  }

  async delete(
    resource: Resource,
    place: Place,
    { dryRun }: WriteOptions = {},
  ): Promise<ApiFailure | undefined> {
    const ask = {
      method: "DELETE",
      path: pathOf(resource, place),
      query: { dryRun: dryRun ? "All" : undefined },
      doing: doing("delete", resource, place),
    };
    const retries = this.retries();
    const answer = await retries.run(() => this.once(ask));
    // The try before may have done it, and lost its answer.
    const isDone = retries.count > 0 && isNotFound(answer);
    return isFailure(answer) && !isDone ? answer : undefined;
  }

  /** Any path of the API, such as `/version`. */
  raw<T>(path: string, query: Readonly<Record<string, string>> = {}): Promise<T | ApiFailure> {
    return this.json<T>({ method: "GET", path, query, doing: `get ${path}` });
  }

  post(path: string, body: object): Promise<unknown> {
    return this.json({ method: "POST", path, body, doing: `post ${path}` });
  }

  /** The lines of an answer that goes on, as JSON. Ends when the server ends it, by the signal, or when nothing comes. */
  stream(
    path: string,
    query: Readonly<Record<string, string | undefined>>,
    { onLine, signal, silenceMs }: StreamOptions,
  ): Promise<ApiFailure | undefined> {
    const ask = { method: "GET", path, query, signal, doing: `watch ${path}` };
    return this.lines(ask, (line) => onLine(JSON.parse(line)), silenceMs);
  }

  /** The lines of a container's log, which may be silent for any time. */
  podLog(
    place: Required<Pick<Place, "namespace" | "name">>,
    query: Readonly<Record<string, string | undefined>>,
    onLine: (line: string) => void,
    signal: AbortSignal,
  ): Promise<ApiFailure | undefined> {
    const doing = `read the log of pods ${place.namespace}/${place.name}`;
    const path = pathOf(RESOURCES.pods, { ...place, subresource: "log" });
    return this.lines({ method: "GET", path, query, accept: "*/*", signal, doing }, onLine, 0);
  }

  private async lines(
    ask: Ask & { readonly signal: AbortSignal },
    onLine: (line: string) => void,
    silenceMs: number,
  ): Promise<ApiFailure | undefined> {
    const { signal } = ask;
    try {
      const answer = await this.connection.send(ask, silenceMs);
      if (answer.statusCode !== 200) return failureOfAnswer(answer, await textOf(answer), this.asked(ask));
      const broke = await readLines(answer, onLine);
      return signal.aborted || !broke ? undefined : { error: `${ask.doing}: ${broke}` };
    } catch (error) {
      return signal.aborted ? undefined : failureOfConnection(error, this.asked(ask));
    }
  }

  private asked({ doing }: Ask): Asked {
    const { roles } = this.options;
    return { doing, server: this.server, context: this.context, ...(roles && { roles }) };
  }

  private json<T>(ask: Ask): Promise<T | ApiFailure> {
    return this.retries().run(() => this.once<T>(ask));
  }

  private retries(): Retries {
    return new Retries(this.connection, this.options.patience);
  }

  private async once<T>(ask: Ask): Promise<T | ApiFailure> {
    try {
      const answer = await this.connection.send(ask);
      const text = await textOf(answer);
      const status = answer.statusCode!;
      if (status >= 200 && status < 300) return JSON.parse(text) as T;
      return failureOfAnswer(answer, text, this.asked(ask));
    } catch (error) {
      return failureOfConnection(error, this.asked(ask));
    }
  }
}

function doing(verb: string, { plural, group }: Resource, { namespace, name }: Place): string {
  const kind = group === "" ? plural : `${plural}.${group}`;
  const which = [namespace, name].filter((each) => each !== undefined).join("/");
  return which === "" ? `${verb} ${kind}` : `${verb} ${kind} ${which}`;
}
