import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import * as services from "../../src/cli/services/services.js";
import { NODES, service, slice } from "../services/cluster_of.js";
import { runCommand } from "./run_command.js";

let folder: string;
beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), "polc-services-"))));
afterEach(() => rmSync(folder, { recursive: true }));

function file(text: string, name = "cluster.yaml"): string {
  writeFileSync(join(folder, name), text);
  return join(folder, name);
}

const WEB =
  service(
    "web",
    `{type: LoadBalancer, externalTrafficPolicy: Local, clusterIP: 10.96.0.10, ports: [{port: 80, nodePort: 30080}]}`,
    `{loadBalancer: {ingress: [{ip: 203.0.113.7}]}}`,
  ) +
  slice(
    "web",
    8080,
    `[{addresses: [10.244.2.5], nodeName: n2, targetRef: {kind: Pod, name: web-1}}, {addresses: [10.244.3.5], nodeName: n3, conditions: {ready: false, serving: true, terminating: true}}]`,
  );

const run = (...args: string[]) => runCommand(services, "--no-config", "--no-color", ...args);

test("the tables name each address with its Service, and each endpoint with its node", async () => {
  const { code, stdout, stderr } = await run(file(NODES + WEB));
  expect(stderr).toBe("");
  expect(code).toBe(0);
  expect(stdout).toBe(`service   address              kind           endpoints  mode  traffic policy
shop/web  10.96.0.10:80/tcp    cluster-ip     1 of 2           external Local
shop/web  node port 30080/tcp  node-port      1 of 2     opt   external Local
shop/web  203.0.113.7:80/tcp   load-balancer  1 of 2     opt   external Local

service port     endpoint         node  condition  pod
shop/web:80/tcp  10.244.2.5:8080  n2    ready      shop/web-1
shop/web:80/tcp  10.244.3.5:8080  n3    draining
`);
});

test("--node shows what it chooses from for clients inside and outside", async () => {
  const { stdout } = await run(file(NODES + WEB), "--node", "n1", "--format", "json");
  const { frontends } = JSON.parse(stdout) as { frontends: { kind: string; chosen: object }[] };
  expect(frontends.map(({ kind, chosen }) => ({ kind, ...chosen }))).toEqual([
    { kind: "cluster-ip", inside: ["10.244.2.5:8080"], outside: ["10.244.2.5:8080"] },
    { kind: "node-port", inside: ["10.244.2.5:8080"], outside: [] },
    { kind: "load-balancer", inside: ["10.244.2.5:8080"], outside: [] },
  ]);
  const wrong = await run(file(NODES + WEB), "--node", "n9");
  expect(wrong.code).toBe(2);
  expect(wrong.stderr).toContain("no node n9 in the files");
});

test("what is wrong is told with its place, and the rest is served", async () => {
  const other = service(
    "api",
    `{type: NodePort, clusterIP: 10.96.0.11, ports: [{port: 80, nodePort: 30080}]}`,
  );
  const thief = service("thief", `{clusterIP: 10.96.0.12, externalIPs: [10.96.0.10], ports: [{port: 80}]}`);
  const config = file("services: {externalIPs: true}", "polc.config.yaml");
  const { code, stdout, stderr } = await runCommand(
    services,
    "--no-color",
    "-c",
    config,
    ...[file(NODES + WEB + other + thief), "-f", "json"],
  );
  expect(code).toBe(1);
  const { problems, frontends } = JSON.parse(stdout) as {
    problems: { code: string; message: string; severity: string; source: string }[];
    frontends: { service: string; kind: string }[];
  };
  expect(problems.map(({ code: rule, severity, message }) => `${severity} ${rule}: ${message}`)).toEqual([
    "warning no-endpoints: port 80/tcp of Service shop/api has no IPv4 endpoint: whoever asks for it is refused",
    "warning no-endpoints: port 80/tcp of Service shop/thief has no IPv4 endpoint: whoever asks for it is refused",
    "error address-taken: 10.96.0.10 of Service shop/thief is a cluster IP: it is not served as an external address",
    "error port-collision: node port 30080/tcp of Service shop/web is Service shop/api's already: that one is served",
  ]);
  expect(problems.every(({ source }) => /cluster\.yaml:[0-9]+$/.test(source))).toBe(true);
  expect(stderr).toContain("help: choose another nodePort");
  expect(frontends.filter(({ kind }) => kind === "node-port").map((each) => each.service)).toEqual([
    "shop/api",
  ]);
});

test("without slices, endpoints are made from the pods that the selector selects, and a note says so", async () => {
  const pods = `
---
{apiVersion: v1, kind: Service, metadata: {name: web, namespace: shop}, spec: {clusterIP: 10.96.0.10, selector: {app: web}, ports: [{port: 80, targetPort: http}]}}
---
{apiVersion: v1, kind: Pod, metadata: {name: web-1, namespace: shop, labels: {app: web}}, spec: {nodeName: n2, containers: [{name: c, ports: [{name: http, containerPort: 8080}]}]}, status: {podIP: 10.244.2.5}}
`;
  const { code, stdout, stderr } = await run(file(NODES + pods));
  expect(code).toBe(0);
  expect(stderr).toContain("endpoints of Service shop/web are made from the pod that it selects");
  expect(stdout).toContain("shop/web:80/tcp  10.244.2.5:8080  n2    ready      shop/web-1");
});
