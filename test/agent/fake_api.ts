/** An API server that does what it is told: lists in pages, watches, and every fault that a real one has. */
import { createServer } from "node:http";
import type { IncomingMessage, Server, ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { OF_AGENTS } from "../../src/cluster/api_failure.js";
import { Cluster } from "../../src/cluster/client.js";
import { Connection } from "../../src/cluster/connection.js";
import type { KubeObject } from "../../src/cluster/resource.js";

export interface Request {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly body: string;
}

/** What is answered instead of what would be. */
export type Fault = (request: Request, response: ServerResponse) => boolean;

export class FakeApi {
  readonly requests: Request[] = [];
  /** Served by their path; paths that are not here are 404. */
  readonly objects = new Map<string, KubeObject[]>();
  version = 1;
  fault: Fault = () => false;
  pageSize = Infinity;
  private readonly watches = new Map<ServerResponse, string>();
  private readonly server: Server;

  private constructor(readonly paths: readonly string[]) {
    for (const path of paths) this.objects.set(path, []);
    this.server = createServer((request, response) => void this.answer(request, response));
  }

  static async start(...paths: string[]): Promise<FakeApi> {
    const fake = new FakeApi(paths);
    await new Promise<void>((resolve) => fake.server.listen(0, "127.0.0.1", resolve));
    return fake;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  api(): Cluster {
    const credentials = { context: "fake", server: this.url, authenticate: () => Promise.resolve() };
    return new Cluster(new Connection(credentials), { roles: OF_AGENTS, patience: { ms: 0 } });
  }

  stop(): void {
    this.server.closeAllConnections();
    this.server.close();
  }

  /** A line of every watch of this path. */
  send(path: string, type: string, object: unknown): void {
    for (const [response, watched] of this.watches)
      if (watched === path) response.write(`${JSON.stringify({ type, object })}\n`);
  }

  /** Text as it is. */
  sendText(path: string, text: string): void {
    for (const [response, watched] of this.watches) if (watched === path) response.write(text);
  }

  watching(path: string): number {
    return [...this.watches.values()].filter((watched) => watched === path).length;
  }

  /** The server ends its watches, as it does from time to time; `broken`: without a proper end. */
  endWatches(broken = false): void {
    for (const response of this.watches.keys()) {
      if (broken) response.destroy();
      else response.end();
    }
    this.watches.clear();
  }

  private async answer(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname, searchParams } = new URL(incoming.url!, "http://x");
    let body = "";
    for await (const piece of incoming) body += String(piece);
    const request = { method: incoming.method!, path: pathname, query: searchParams, body };
    this.requests.push(request);
    if (this.fault(request, response)) return;
    const objects = this.objects.get(pathname);
    if (request.method === "POST") return void response.writeHead(201).end("{}");
    if (!objects)
      return status(response, 404, "NotFound", "the server could not find the requested resource");
    if (searchParams.get("watch") === "true") {
      response.writeHead(200, { "content-type": "application/json" });
      response.flushHeaders();
      this.watches.set(response, pathname);
      response.on("close", () => this.watches.delete(response));
      return;
    }
    const from = Number(searchParams.get("continue") ?? 0);
    const to = Math.min(
      objects.length,
      from + Math.min(this.pageSize, Number(searchParams.get("limit") ?? 1e9)),
    );
    const metadata = {
      resourceVersion: String(this.version),
      ...(to < objects.length && { continue: String(to) }),
    };
    response.writeHead(200).end(JSON.stringify({ metadata, items: objects.slice(from, to) }));
  }
}

export function status(response: ServerResponse, code: number, reason: string, message: string): void {
  response.writeHead(code, { "content-type": "application/json" });
  response.end(JSON.stringify({ kind: "Status", code, reason, message }));
}

/** Until it holds; fails after twenty seconds. */
export async function until(holds: () => boolean): Promise<void> {
  const end = Date.now() + 20_000;
  while (!holds()) {
    if (Date.now() > end) throw new Error(`never so: ${String(holds)}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
