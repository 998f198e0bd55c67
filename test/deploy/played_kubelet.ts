/** The part of a kubelet that an API server asks for the log of a container: a test writes what the container writes. */
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import type { ServerResponse } from "node:http";
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Cluster } from "../../src/cluster/client.js";
import { RESOURCES } from "../../src/cluster/resource.js";
import { succeeds } from "./played_agents.js";

export interface PlayedKubelet {
  /** A line of the agent's standard output or error. */
  write(line: string): void;
  /** The container ends, and with it the streams of its log. */
  end(): void;
  /** The query of each question for a log. */
  readonly asked: readonly URLSearchParams[];
  stop(): Promise<void>;
}

/** Plays the kubelet of a node that the API server knows. */
export async function playKubelet(cluster: Cluster, node: string): Promise<PlayedKubelet> {
  const lines: string[] = [];
  const asked: URLSearchParams[] = [];
  const streams = new Set<ServerResponse>();
  const server = createServer(certificate(), (request, response) => {
    const { pathname, searchParams } = new URL(request.url!, "https://kubelet");
    if (pathname !== `/containerLogs/polc-system/polc-agent-${node}/agent`)
      return void response.writeHead(404).end();
    asked.push(searchParams);
    response.writeHead(200, { "content-type": "text/plain" });
    // Nothing is older than the second of a question, so every one has all lines.
    response.write(lines.map((line) => `${line}\n`).join(""));
    if (searchParams.get("follow") !== "true") return void response.end();
    response.flushHeaders();
    streams.add(response);
    response.on("close", () => streams.delete(response));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const status = {
    addresses: [{ type: "InternalIP", address: "127.0.0.1" }],
    daemonEndpoints: { kubeletEndpoint: { Port: port } },
  };
  await succeeds(cluster.merge(RESOURCES.nodes, { name: node, subresource: "status" }, { status }));
  const end = () => streams.forEach((stream) => stream.end());
  return {
    asked,
    end,
    write: (line) => {
      lines.push(line);
      for (const stream of streams) stream.write(`${line}\n`);
    },
    stop: () => {
      end();
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}

function certificate(): { readonly key: Buffer; readonly cert: Buffer } {
  const dir = mkdtempSync(join(tmpdir(), "polct-"));
  const [key, cert] = [join(dir, "key"), join(dir, "cert")];
  const made = ["-newkey", "rsa:2048", "-nodes", "-keyout", key, "-out", cert, "-subj", "/CN=kubelet"];
  execFileSync("openssl", ["req", "-x509", ...made], { stdio: "ignore" });
  const read = { key: readFileSync(key), cert: readFileSync(cert) };
  rmSync(dir, { recursive: true });
  return read;
}
