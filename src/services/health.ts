/** What a load balancer is told on healthCheckNodePort: whether this node has an endpoint. As kube-proxy tells it. */
import { createServer } from "node:http";
import type { Server } from "node:http";
import { serviceKey } from "./service_name.js";

export interface HealthCheck {
  readonly namespace: string;
  readonly name: string;
  readonly port: number;
  /** Endpoints on this node that new connections may get. */
  readonly localEndpoints: number;
}

export interface HealthAnswer {
  readonly status: 200 | 503;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** The same on every path and by every method. */
export function healthAnswer(namespace: string, name: string, localEndpoints: number): HealthAnswer {
  const body = { service: { namespace, name }, localEndpoints, serviceProxyHealthy: true };
  return {
    status: localEndpoints > 0 ? 200 : 503,
    headers: {
      "Content-Type": "application/json",
      "X-Content-Type-Options": "nosniff",
      "X-Load-Balancing-Endpoint-Weight": `${localEndpoints}`,
    },
    body: JSON.stringify(body, undefined, "\t"),
  };
}

/** A check that could not be opened. */
export interface HealthProblem {
  readonly service: string;
  readonly port: number;
  readonly message: string;
}

interface Listening {
  readonly servers: readonly Server[];
  check: HealthCheck;
}

/** Listens on the addresses of the node, and on none of loopback. */
export class HealthServer {
  private readonly listening = new Map<string, Listening>();

  constructor(private readonly addresses: readonly string[]) {}

  /** From now on these are answered. What stays on its port stays open. */
  async set(checks: readonly HealthCheck[]): Promise<readonly HealthProblem[]> {
    const wanted = new Map(checks.map((check) => [serviceKey(check), check]));
    for (const [key, { check }] of this.listening)
      if (wanted.get(key)?.port !== check.port) await this.close(key);
    const problems: HealthProblem[] = [];
    for (const [key, check] of wanted) {
      const open = this.listening.get(key);
      if (open) open.check = check;
      else problems.push(...(await this.open(key, check)));
    }
    return problems;
  }

  async stop(): Promise<void> {
    for (const key of [...this.listening.keys()]) await this.close(key);
  }

  private async open(key: string, check: HealthCheck): Promise<readonly HealthProblem[]> {
    const servers: Server[] = [];
    const entry: Listening = { servers, check };
    for (const address of this.addresses) {
      const server = this.serverOf(entry);
      const message = await listen(server, address, check.port);
      if (message === undefined) servers.push(server);
      else {
        await Promise.all(servers.map(closed));
        return [{ service: key, port: check.port, message }];
      }
    }
    this.listening.set(key, entry);
    return [];
  }

  private serverOf(entry: Listening): Server {
    return createServer((_, response) => {
      const { namespace, name, localEndpoints } = entry.check;
      const { status, headers, body } = healthAnswer(namespace, name, localEndpoints);
      response.writeHead(status, { ...headers, "Content-Length": Buffer.byteLength(body) }).end(body);
    });
  }

  private async close(key: string): Promise<void> {
    const entry = this.listening.get(key);
    this.listening.delete(key);
    await Promise.all((entry?.servers ?? []).map(closed));
  }
}

/** @returns what went wrong */
function listen(server: Server, host: string, port: number): Promise<string | undefined> {
  return new Promise((done) => {
    server.once("error", (error) => done(error.message));
    server.listen({ host, port, ipv6Only: host.includes(":") }, () => done(undefined));
  });
}

function closed(server: Server): Promise<void> {
  server.closeAllConnections();
  return new Promise((done) => server.close(() => done()));
}
