/** An API server for the benchmark of the agent, in a process of its own: lists in pages, watches, and pods that change. */
import { readFileSync } from "node:fs";
import type { ServerResponse } from "node:http";
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import type { KubernetesObject } from "../node/cluster.js";
import { clusterObjects, SIZE, versioned } from "./objects.js";

/** What it is asked for by the process that started it. */
export type Command =
  /** So many changes of pods of other nodes a second; 0: none. */
  | { readonly kind: "pods"; readonly rate: number }
  /** A policy comes, or goes. */
  | { readonly kind: "policy"; readonly type: "ADDED" | "DELETED" }
  | { readonly kind: "requests" };

export type Answer =
  | { readonly kind: "listening"; readonly port: number }
  | { readonly kind: "requests"; readonly lists: number; readonly watches: number; readonly changes: number };

const PODS = "/api/v1/pods";
const POLICIES = "/apis/networking.k8s.io/v1/networkpolicies";
const TICK_MS = 50;

const objects = clusterObjects();
const watches = new Map<string, Set<ServerResponse>>();
const asked = { lists: 0, watches: 0, changes: 0 };
let version = 1_000_000;
let timer: NodeJS.Timeout | undefined;
let next = 0;

function send(path: string, type: string, object: KubernetesObject): void {
  const line = `${JSON.stringify({ type, object })}\n`;
  for (const response of watches.get(path) ?? []) response.write(line);
}

/** In turn a pod goes, comes again, and has other labels. */
function changePod(): void {
  asked.changes++;
  const pods = objects.get(PODS)!;
  const at = SIZE.local + (Math.floor(next / 3) % (SIZE.pods - SIZE.local));
  const type = (["DELETED", "ADDED", "MODIFIED"] as const)[next++ % 3]!;
  const pod = pods[at]! as { metadata: { labels: Record<string, string> } } & KubernetesObject;
  const labels = { ...pod.metadata.labels, ...(type === "MODIFIED" && { revision: String(next % 7) }) };
  pods[at] = versioned({ ...pod, metadata: { ...pod.metadata, labels } }, ++version);
  send(PODS, type, pods[at]);
}

function policy(type: "ADDED" | "DELETED"): void {
  const spec = { podSelector: { matchLabels: { app: "web" } }, policyTypes: ["Ingress"] };
  send(POLICIES, type, versioned({ metadata: { name: "deny", namespace: "team-000" }, spec }, ++version));
}

process.on("message", (command: Command) => {
  if (command.kind === "requests") process.send!({ kind: "requests", ...asked } satisfies Answer);
  else if (command.kind === "policy") policy(command.type);
  else {
    clearInterval(timer);
    const { rate } = command;
    const began = performance.now();
    let done = 0;
    if (rate > 0)
      timer = setInterval(() => {
        for (; done < (rate * (performance.now() - began)) / 1000; done++) changePod();
      }, TICK_MS);
  }
});

const [key, cert] = process.argv.slice(2).map((file) => readFileSync(file));
const server = createServer({ key, cert }, (request, response) => {
  const { pathname, searchParams } = new URL(request.url!, "http://x");
  const all = objects.get(pathname);
  if (request.method !== "GET") return void response.writeHead(201).end("{}");
  if (!all)
    return void response
      .writeHead(404)
      .end(JSON.stringify({ kind: "Status", reason: "NotFound", code: 404 }));
  response.writeHead(200, { "content-type": "application/json" });
  if (searchParams.get("watch") === "true") {
    asked.watches++;
    response.flushHeaders();
    const of = watches.get(pathname) ?? new Set();
    watches.set(pathname, of.add(response));
    response.on("close", () => of.delete(response));
    return;
  }
  asked.lists++;
  const from = Number(searchParams.get("continue") ?? 0);
  const to = Math.min(all.length, from + Number(searchParams.get("limit") ?? all.length));
  const metadata = { resourceVersion: String(version), ...(to < all.length && { continue: String(to) }) };
  response.end(JSON.stringify({ metadata, items: all.slice(from, to) }));
});
server.listen(0, "127.0.0.1", () =>
  process.send!({ kind: "listening", port: (server.address() as AddressInfo).port } satisfies Answer),
);
process.on("disconnect", () => process.exit(0));
