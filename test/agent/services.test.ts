import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { Agent } from "../../src/agent/agent.js";
import { RESOURCES, SERVICE_RESOURCES } from "../../src/agent/objects/resource.js";
import type { KubeObject } from "../../src/cluster/resource.js";
import type { ShellObject } from "../../src/agent/shell_object.js";
import { shellObject } from "../../src/agent/shell_object.js";
import { compileServiceObjects } from "../../src/node/service_objects.js";
import { isFailure } from "../../src/node/failure.js";
import { runLoader } from "../../src/node/loader.js";
import { removeLocal } from "../../src/node/local.js";
import type { ServiceObjects } from "../../src/services/node/services_state.js";
import { Network, unusable } from "../node/network.js";
import { FakeApi } from "./fake_api.js";

const SERVICES = SERVICE_RESOURCES.services.path;
const SLICES = SERVICE_RESOURCES.endpointSlices.path;
const POLICIES = RESOURCES.networkPolicies.path;

function pod(name: string, version: number, podIP: string): KubeObject {
  return {
    metadata: { name, namespace: "shop", resourceVersion: String(version), labels: { app: name } },
    ...{ spec: { nodeName: "node-1", containers: [] }, status: { podIP } },
  };
}

function service(name: string, version: number, clusterIP: string): KubeObject {
  const ports = [{ port: 8080, targetPort: 80, protocol: "TCP" }];
  return {
    metadata: { name, namespace: "shop", resourceVersion: String(version) },
    ...{ spec: { clusterIP, clusterIPs: [clusterIP], ports, ipFamilies: ["IPv4"], selector: { app: name } } },
  };
}

function slice(name: string, version: number, ...ips: string[]): KubeObject {
  return {
    metadata: {
      ...{ name: `${name}-x`, namespace: "shop", resourceVersion: String(version) },
      labels: { "kubernetes.io/service-name": name },
    },
    ...{
      addressType: "IPv4",
      endpoints: ips.map((ip) => ({ addresses: [ip], conditions: { ready: true }, nodeName: "node-1" })),
      ports: [{ port: 80, protocol: "TCP" }],
    },
  };
}

describe.skipIf(unusable())("an agent that serves Services", () => {
  let directory: string;
  let shell: ShellObject;
  let objects: ServiceObjects;
  let network: Network;
  let fake: FakeApi;
  let agent: Agent | undefined;
  let running: Promise<void>;
  let said: string[];
  const servers: ChildProcess[] = [];

  beforeAll(async () => {
    directory = mkdtempSync(join(tmpdir(), "polct-"));
    const [made, services] = [await shellObject(directory), await compileServiceObjects(directory)];
    if (isFailure(made)) throw new Error(made.error);
    if (isFailure(services)) throw new Error(services.error);
    [shell, objects] = [made, services];
  });
  afterAll(() => rmSync(directory, { recursive: true }));

  beforeEach(async () => {
    said = [];
    network = new Network();
    network.addPod("web", "10.9.0.1");
    for (const [name, address] of [
      ["db", "10.9.0.2"],
      ["cache", "10.9.0.3"],
    ] as const) {
      const netns = network.addPod(name, address);
      const script = `require("node:net").createServer((s) => s.end("${name}")).listen(80)`;
      servers.push(
        spawn("nsenter", [`--net=${netns}`, "--", process.execPath, "-e", script], { stdio: "ignore" }),
      );
    }
    fake = await FakeApi.start(
      ...[...Object.values(RESOURCES), ...Object.values(SERVICE_RESOURCES)].map((each) => each.path),
    );
    fake.version = 100;
    fake.objects.set(RESOURCES.namespaces.path, [{ metadata: { name: "shop", resourceVersion: "1" } }]);
    const addresses = [{ type: "InternalIP", address: "169.254.1.1" }];
    fake.objects.set(RESOURCES.nodes.path, [
      { metadata: { name: "node-1", resourceVersion: "2" }, ...{ status: { addresses } } },
    ]);
    fake.objects.set(RESOURCES.pods.path, [
      pod("web", 3, "10.9.0.1"),
      pod("db", 4, "10.9.0.2"),
      pod("cache", 5, "10.9.0.3"),
    ]);
    fake.objects.set(SERVICES, [service("data", 6, "10.96.0.5")]);
    fake.objects.set(SLICES, [slice("data", 7, "10.9.0.2")]);
  });
  afterEach(async () => {
    for (const server of servers.splice(0)) server.kill("SIGKILL");
    agent?.stop();
    await running;
    fake.stop();
    await runLoader(["--instance", network.id, "services", "detach"], network.node);
    await removeLocal(network.id, { netns: network.node });
    network.remove();
  });

  async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
    const end = Date.now() + 20_000;
    while (!(await holds())) {
      if (Date.now() > end) throw new Error(`never so: ${String(holds)}\n${said.join("\n")}`);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }

  async function ready(): Promise<void> {
    const node = { instance: network.id, name: "node-1", netns: network.node };
    const started = new Agent({
      ...{ api: fake.api(), node, shell, settings: {}, log: (text: string) => said.push(text) },
      ...{ services: { objects, links: [] }, onNotice: () => undefined, onMissing: () => undefined },
    });
    agent = started;
    running = started.run();
    await until(() => started.unready() === undefined);
  }

  /** What answers at an address, from web. */
  function ask(address: string): Promise<string> {
    const script = `const s = require("node:net").connect(8080, "${address}");
      s.on("data", (d) => { console.log(String(d)); process.exit(); }).on("error", (e) => { console.log(e.code); process.exit(); });
      setTimeout(() => { console.log("nothing"); process.exit(); }, 700)`;
    const child = spawn("nsenter", [
      `--net=/run/netns/${network.id}-web`,
      "--",
      process.execPath,
      "-e",
      script,
    ]);
    let text = "";
    child.stdout.on("data", (piece) => (text += String(piece)));
    return new Promise((resolve) => child.on("close", () => resolve(text.trim())));
  }

  test("brings a pod to an endpoint of a Service, and to another one as soon as its slice has changed", async () => {
    await ready();
    expect(await ask("10.96.0.5")).toBe("db");
    fake.send(SLICES, "MODIFIED", slice("data", 101, "10.9.0.3"));
    await until(async () => (await ask("10.96.0.5")) === "cache");
    fake.send(SERVICES, "ADDED", service("more", 102, "10.96.0.6"));
    fake.send(SLICES, "ADDED", slice("more", 103, "10.9.0.2"));
    await until(async () => (await ask("10.96.0.6")) === "db");
  });

  test("tells load balancers on healthCheckNodePort whether the node has an endpoint", async () => {
    const addresses = [{ type: "InternalIP", address: "127.0.0.7" }];
    fake.objects.set(RESOURCES.nodes.path, [
      { metadata: { name: "node-1", resourceVersion: "2" }, ...{ status: { addresses } } },
    ]);
    const spec = {
      ...{ type: "LoadBalancer", externalTrafficPolicy: "Local", healthCheckNodePort: 32111 },
      ...{ clusterIP: "10.96.0.5", clusterIPs: ["10.96.0.5"], selector: { app: "data" } },
      ports: [{ port: 8080, targetPort: 80, nodePort: 32112 }],
    };
    const front = { metadata: { name: "data", namespace: "shop", resourceVersion: "6" }, ...{ spec } };
    fake.objects.set(SERVICES, [front]);
    fake.objects.set(SLICES, [slice("data", 7, "10.9.0.2")]);
    await ready();
    const asked = () =>
      fetch("http://127.0.0.7:32111/healthz").then(
        async (answer) => [
          answer.status,
          ((await answer.json()) as { localEndpoints: number }).localEndpoints,
        ],
        () => [],
      );
    await until(async () => (await asked())[0] === 200);
    expect(await asked()).toEqual([200, 1]);
    fake.send(SLICES, "MODIFIED", slice("data", 101));
    await until(async () => (await asked())[0] === 503);
    expect(await asked()).toEqual([503, 0]);
    agent?.stop();
    await running;
    expect(await asked()).toEqual([]);
  });

  test("judges egress to a Service by its endpoint", async () => {
    const toCache: KubeObject = {
      metadata: { name: "only-cache", namespace: "shop", resourceVersion: "8" },
      ...{
        spec: {
          podSelector: { matchLabels: { app: "web" } },
          policyTypes: ["Egress"],
          egress: [{ to: [{ podSelector: { matchLabels: { app: "cache" } } }], ports: [{ port: 80 }] }],
        },
      },
    };
    fake.objects.set(POLICIES, [toCache]);
    await ready();
    expect(await ask("10.96.0.5")).toBe("nothing");
    fake.send(SLICES, "MODIFIED", slice("data", 101, "10.9.0.3"));
    await until(async () => (await ask("10.96.0.5")) === "cache");
  });
});
