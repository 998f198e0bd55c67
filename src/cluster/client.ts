/** A connection to a cluster's API. Requests answer with a value or a failure in words, and never throw. */
import { request as httpRequest } from "node:http";
import type { Agent, IncomingMessage } from "node:http";
import { request as httpsRequest } from "node:https";
import type { RequestOptions } from "node:https";
import type { Failure } from "../node/failure.js";
import { isFailure } from "../node/failure.js";
import { failureOfAnswer, failureOfConnection } from "./api_failure.js";
import type { Asked } from "./api_failure.js";
import type { ConnectOptions, Credentials } from "./kubeconfig.js";
import { apiVersionOf, pathOf, RESOURCES } from "./resource.js";
import type { ApiFailure, KubeObject, ObjectMeta, Resource } from "./resource.js";

/** For one request to answer; what streams may go on. */
const ANSWER_MS = 30_000;
const ATTEMPTS = 4;

export type { ConnectOptions } from "./kubeconfig.js";

/** Reads the kubeconfig; the cluster itself is first asked by a request. */
export async function connect(options: ConnectOptions = {}): Promise<Cluster | Failure> {
  const { readKubeconfig } = await import("./kubeconfig.js");
  const credentials = readKubeconfig(options);
  return isFailure(credentials) ? credentials : new Cluster(credentials);
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

export interface Listed<T> {
  readonly items: readonly T[];
  readonly resourceVersion: string;
}

interface Ask {
  readonly method: string;
  readonly path: string;
  readonly doing: string;
  readonly query?: Readonly<Record<string, string | undefined>>;
  readonly body?: unknown;
  readonly contentType?: string;
  readonly accept?: string;
}

const METADATA_ALONE = "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1";

export const FIELD_MANAGER = "polc";

const PAGE = "500";

export class Cluster {
  /** Kept while the certificates are the same, with the connections that it holds open. */
  private kept: { readonly of: string; readonly agent: Agent } | undefined;

  constructor(private readonly credentials: Credentials) {}

  get context(): string {
    return this.credentials.context;
  }

  get server(): string {
    return this.credentials.server;
  }

  get<T extends KubeObject>(resource: Resource, place: Place): Promise<T | ApiFailure> {
    return this.json<T>({
      method: "GET",
      path: pathOf(resource, place),
      doing: doing("get", resource, place),
    });
  }

  /** All of them, page by page. */
  list<T extends KubeObject>(resource: Resource, options: ListOptions = {}): Promise<Listed<T> | ApiFailure> {
    return this.pages<T>(resource, options);
  }

  /** The same without what they hold. */
  listMetadata(resource: Resource, options: ListOptions = {}): Promise<Listed<KubeObject> | ApiFailure> {
    return this.pages(resource, options, METADATA_ALONE);
  }

  private async pages<T extends KubeObject>(
    resource: Resource,
    { namespace, ...selectors }: ListOptions,
    accept?: string,
  ): Promise<Listed<T> | ApiFailure> {
    const items: T[] = [];
    let token: string | undefined;
    for (;;) {
      const place = namespace === undefined ? {} : { namespace };
      const page = await this.json<{
        items: T[] | null;
        metadata: { resourceVersion: string; continue?: string };
      }>({
        method: "GET",
        path: pathOf(resource, place),
        query: { ...selectors, limit: PAGE, continue: token },
        ...(accept !== undefined && { accept }),
        doing: doing("list", resource, place),
      });
      if (isFailure(page)) return page;
      items.push(...(page.items ?? []));
      token = page.metadata.continue;
      if (!token) return { items, resourceVersion: page.metadata.resourceVersion };
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
    const answer = await this.json({
      method: "DELETE",
      path: pathOf(resource, place),
      query: { dryRun: dryRun ? "All" : undefined },
      doing: doing("delete", resource, place),
    });
    return isFailure(answer) ? answer : undefined;
  }

  /** Any path of the API, such as `/version`. */
  raw<T>(path: string, query: Readonly<Record<string, string>> = {}): Promise<T | ApiFailure> {
    return this.json<T>({ method: "GET", path, query, doing: `get ${path}` });
  }

  /** The lines of an answer that goes on, as JSON. Ends when the server ends it, or by the signal. */
  stream(
    path: string,
    query: Readonly<Record<string, string | undefined>>,
    onLine: (value: unknown) => void,
    signal: AbortSignal,
  ): Promise<ApiFailure | undefined> {
    const ask = { method: "GET", path, query, doing: `watch ${path}` };
    return this.lines(ask, (line) => onLine(JSON.parse(line)), signal);
  }

  /** The lines of a container's log. */
  podLog(
    place: Required<Pick<Place, "namespace" | "name">>,
    query: Readonly<Record<string, string | undefined>>,
    onLine: (line: string) => void,
    signal: AbortSignal,
  ): Promise<ApiFailure | undefined> {
    const doing = `read the log of pods ${place.namespace}/${place.name}`;
    const path = pathOf(RESOURCES.pods, { ...place, subresource: "log" });
    return this.lines({ method: "GET", path, query, accept: "*/*", doing }, onLine, signal);
  }

  private async lines(
    ask: Ask,
    onLine: (line: string) => void,
    signal: AbortSignal,
  ): Promise<ApiFailure | undefined> {
    try {
      const response = await this.send(ask, signal);
      if (response.statusCode !== 200)
        return failureOfAnswer(response.statusCode!, await textOf(response), this.asked(ask));
      let rest = "";
      response.setEncoding("utf8");
      for await (const part of response as AsyncIterable<string>) {
        const lines = (rest + part).split("\n");
        rest = lines.pop()!;
        for (const line of lines) if (line !== "") onLine(line);
      }
      return undefined;
    } catch (error) {
      return signal.aborted ? undefined : failureOfConnection(error, this.asked(ask));
    }
  }

  private asked({ doing }: Ask): Asked {
    return { doing, server: this.server, context: this.context };
  }

  /** All of polc's requests may be made twice, so one that met a busy server or a broken connection is. */
  private async json<T>(ask: Ask): Promise<T | ApiFailure> {
    for (let attempt = 1; ; attempt++) {
      const answer = await this.once<T>(ask);
      if (!isFailure(answer) || attempt === ATTEMPTS || !isPassing(answer)) return answer as T | ApiFailure;
      const seconds = (answer as ApiFailure).retryAfterSeconds ?? 0.1 * 3 ** (attempt - 1);
      await new Promise((resolve) => setTimeout(resolve, Math.min(seconds, 5) * 1000));
    }
  }

  private async once<T>(ask: Ask): Promise<T | ApiFailure> {
    try {
      const response = await this.send(ask, AbortSignal.timeout(ANSWER_MS));
      const text = await textOf(response);
      const status = response.statusCode!;
      if (status >= 200 && status < 300) return JSON.parse(text) as T;
      return failureOfAnswer(status, text, this.asked(ask));
    } catch (error) {
      const late = ["AbortError", "TimeoutError"].includes((error as Error).name);
      return failureOfConnection(late ? { code: "ETIMEDOUT", message: "" } : error, this.asked(ask));
    }
  }

  /** Resolves with the head of the answer. */
  private async send(
    { method, path, query = {}, body, contentType = "application/json", accept = "application/json" }: Ask,
    signal: AbortSignal,
  ): Promise<IncomingMessage> {
    const base = new URL(this.server);
    const given = Object.entries(query).filter((each): each is [string, string] => each[1] !== undefined);
    const search = given.length > 0 ? `?${new URLSearchParams(given)}` : "";
    const text = body === undefined ? undefined : JSON.stringify(body);
    const options: RequestOptions = {
      method,
      protocol: base.protocol,
      hostname: base.hostname.replace(/^\[|\]$/g, ""),
      port: base.port,
      path: `${base.pathname.replace(/\/$/, "")}${path}${search}`,
      headers: {
        accept,
        "user-agent": "polc",
        ...(text !== undefined && { "content-type": contentType, "content-length": Buffer.byteLength(text) }),
      },
    };
    await this.credentials.authenticate(options);
    options.agent = this.agentOf(options);
    return new Promise((resolve, reject) => {
      const made = base.protocol === "http:" ? httpRequest : httpsRequest;
      made({ ...options, signal }, resolve)
        .on("error", reject)
        .end(text);
    });
  }

  private agentOf({ ca, cert, key, agent }: RequestOptions): Agent {
    const of = JSON.stringify([ca, cert, key].map((each) => each && String(each as string | Buffer)));
    if (this.kept?.of !== of) {
      Object.assign(agent as Agent, { keepAlive: true });
      this.kept = { of, agent: agent as Agent };
    }
    return this.kept.agent;
  }
}

function isPassing({ status, error }: ApiFailure): boolean {
  return status === undefined ? error.includes("(ECONNRESET)") : [429, 500, 502, 503, 504].includes(status);
}

async function textOf(response: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of response as AsyncIterable<Buffer>) parts.push(part);
  return Buffer.concat(parts).toString("utf8");
}

function doing(verb: string, { plural, group }: Resource, { namespace, name }: Place): string {
  const kind = group === "" ? plural : `${plural}.${group}`;
  const which = [namespace, name].filter((each) => each !== undefined).join("/");
  return which === "" ? `${verb} ${kind}` : `${verb} ${kind} ${which}`;
}
