import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { connect } from "node:net";
import { createInterface } from "node:readline";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { Agent } from "../../src/agent/agent.js";
import type { PolicyNotice } from "../../src/agent/cluster_view.js";
import { RESOURCES } from "../../src/agent/objects/resource.js";
import type { KubeObject } from "../../src/cluster/resource.js";
import { listenForPods } from "../../src/agent/places/announcements.js";
import { AgentMetrics } from "../../src/agent/report/agent_metrics.js";
import type { ShellObject } from "../../src/agent/shell_object.js";
import { shellObject } from "../../src/agent/shell_object.js";
import { isFailure } from "../../src/node/failure.js";
import { removeLocal, statusLocal } from "../../src/node/local.js";
import type { LocalStatus } from "../../src/node/local.js";
import { Network, unusable } from "../node/network.js";
import { FakeApi, status } from "./fake_api.js";

const PATHS = Object.values(RESOURCES)
  .filter(({ optional }) => !optional)
  .map(({ path }) => path);
const POLICIES = RESOURCES.networkPolicies.path;
const PODS = RESOURCES.pods.path;

const POD_IPS = { web: "10.9.0.1", db: "10.9.0.2" } as Record<string, string>;

function pod(name: string, version: number, more: object = {}, status: object = {}): KubeObject {
  return {
    metadata: { name, namespace: "shop", resourceVersion: String(version), labels: { app: name } },
    ...{ spec: { nodeName: "node-1", containers: [], ...more }, status: { podIP: POD_IPS[name], ...status } },
  };
}

function denyIngress(name: string, version: number, app: string): KubeObject {
  return {
    metadata: { name, namespace: "shop", resourceVersion: String(version) },
    ...{ spec: { podSelector: { matchLabels: { app } }, policyTypes: ["Ingress"] } },
  };
}

describe.skipIf(unusable())("an agent on a node of network namespaces", () => {
  let directory: string;
  let shell: ShellObject;
  let network: Network;
  let fake: FakeApi;
  let agent: Agent | undefined;
  let running: Promise<void>;
  let notices: PolicyNotice[];
  let said: string[];

  beforeAll(async () => {
    directory = mkdtempSync(join(tmpdir(), "polct-"));
    const made = await shellObject(directory);
    if (isFailure(made)) throw new Error(made.error);
    shell = made;
  });
  afterAll(() => rmSync(directory, { recursive: true }));

  beforeEach(async () => {
    [notices, said] = [[], []];
    network = new Network();
    network.addPod("web", POD_IPS.web!);
    network.addPod("db", POD_IPS.db!);
    fake = await FakeApi.start(...PATHS);
    fake.version = 100;
    fake.objects.set(RESOURCES.namespaces.path, [{ metadata: { name: "shop", resourceVersion: "1" } }]);
    const addresses = [{ type: "InternalIP", address: "169.254.1.1" }];
    fake.objects.set(RESOURCES.nodes.path, [
      { metadata: { name: "node-1", resourceVersion: "2" }, ...{ status: { addresses } } },
    ]);
    fake.objects.set(PODS, [pod("web", 3), pod("db", 4)]);
  });
  afterEach(async () => {
    await stop();
    fake.stop();
    await removeLocal(network.id, { netns: network.node });
    network.remove();
  });

  function start(): Agent {
    const node = { instance: network.id, name: "node-1", netns: network.node };
    agent = new Agent({
      ...{ api: fake.api(), node, shell, settings: {}, log: (text) => said.push(text) },
      onNotice: (notice) => notices.push(notice),
      onMissing: () => undefined,
    });
    running = agent.run();
    return agent;
  }

  async function stop(): Promise<void> {
    agent?.stop();
    if (agent) await running;
    agent = undefined;
  }

  async function ready(): Promise<Agent> {
    const started = start();
    await until(() => started.unready() === undefined);
    return started;
  }

  async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
    const end = Date.now() + 30_000;
    while (!(await holds())) {
      if (Date.now() > end) throw new Error(`never so: ${String(holds)}\n${said.join("\n")}`);
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  }

  const open = (from = "web", to = "db") => network.reaches(from, POD_IPS[to]!, 80);
  const local = async () => ((await statusLocal(network.id, { netns: network.node })) as LocalStatus).loader;

  test("a policy of the API is in force soon after it is made, and no more when it is deleted", async () => {
    await ready();
    expect(await open()).toBe(true);
    fake.send(POLICIES, "ADDED", denyIngress("deny", 101, "db"));
    await until(async () => !(await open()));
    fake.send(POLICIES, "DELETED", denyIngress("deny", 102, "db"));
    await until(() => open());
  });

  test("nothing is applied while one resource has not been listed", async () => {
    fake.objects.set(POLICIES, [denyIngress("deny", 5, "db")]);
    fake.fault = ({ path }, response) => {
      if (path !== RESOURCES.namespaces.path) return false;
      status(response, 503, "ServiceUnavailable", "not yet");
      return true;
    };
    const started = start();
    await until(() => (started.unready() ?? "").startsWith("not listed yet: namespaces"));
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect((await local()).generation).toBe(0);
    fake.fault = () => false;
    await until(() => started.unready() === undefined);
    expect(await open()).toBe(false);
  });

  test("a pod that comes is enforced once its address is known, and its place is kept until its namespace is gone", async () => {
    await ready();
    POD_IPS.late = "10.9.0.3";
    fake.send(POLICIES, "ADDED", denyIngress("deny", 101, "late"));
    network.addPod("late", POD_IPS.late);
    fake.send(PODS, "ADDED", { ...pod("late", 102), ...{ status: {} } });
    fake.send(PODS, "MODIFIED", pod("late", 103));
    await until(async () => !(await open("web", "late")));
    expect(agent!.places.missing.size).toBe(0);
    // Deleted by force: it may still run.
    fake.send(PODS, "DELETED", pod("late", 104));
    await until(() => !agent!.view.pods.has("shop/late"));
    expect(await open("web", "late")).toBe(false);
    expect((await local()).interfaces).toHaveLength(3);
  });

  test("a pod whose namespace is not found is missing, and the others are enforced", async () => {
    fake.objects.get(PODS)!.push(pod("ghost", 6, {}, { podIP: "10.9.9.9" }));
    fake.objects.set(POLICIES, [denyIngress("deny", 5, "db")]);
    await ready();
    expect(await open()).toBe(false);
    expect([...agent!.places.missing]).toMatchObject([
      ["shop/ghost", { failure: { error: expect.stringContaining("no network namespace of this machine") } }],
    ]);
  });

  test("without an agent all stays in force, and a new one goes on from there", async () => {
    fake.objects.set(POLICIES, [denyIngress("deny", 5, "db")]);
    await ready();
    await stop();
    expect(await open()).toBe(false);
    const before = (await local()).generation;
    fake.objects.set(POLICIES, []);
    await ready();
    await until(() => open());
    expect((await local()).generation).toBeGreaterThan(before);
  });

  test("while the API is away all stays in force, and what changed meanwhile is when it is back", async () => {
    fake.objects.set(POLICIES, [denyIngress("deny", 5, "db")]);
    await ready();
    fake.fault = (_, response) => {
      response.destroy();
      return true;
    };
    fake.endWatches(true);
    await until(() => said.some((text) => text.includes("cannot be reached")));
    expect(await open()).toBe(false);
    fake.objects.set(POLICIES, []);
    fake.version = 200;
    fake.fault = ({ query }, response) => {
      if (query.get("watch") !== "true" || Number(query.get("resourceVersion")) >= 200) return false;
      status(response, 410, "Expired", "too old");
      return true;
    };
    await until(() => open());
  });

  test("a connection that is older than every program lives on when the agent comes, and when it is started again", async () => {
    const server = tcp(
      "db",
      `require("node:net").createServer((s) => s.pipe(s)).listen(80, () => console.log("up"))`,
    );
    await server.line();
    const client = tcp(
      "web",
      `const s = require("node:net").connect(80, "${POD_IPS.db}"); s.on("data", (d) => console.log(String(d)));
       process.stdin.on("data", (d) => s.write(String(d).trim()))`,
    );
    const echo = async (word: string) => {
      client.write(`${word}\n`);
      return client.line();
    };
    try {
      expect(await echo("before")).toBe("before");
      await ready();
      expect(await echo("adopted")).toBe("adopted");
      await stop();
      expect(await echo("alone")).toBe("alone");
      await ready();
      expect(await echo("again")).toBe("again");
    } finally {
      client.end();
      server.end();
    }
  });

  test("a pod that is announced is enforced when that is answered, before the API says its address", async () => {
    await ready();
    const socket = join(directory, "agent.sock");
    const server = await listenForPods(socket, (announced) => agent!.announce(announced));
    if (isFailure(server)) throw new Error(server.error);
    try {
      fake.send(POLICIES, "ADDED", denyIngress("deny", 101, "early"));
      fake.send(PODS, "ADDED", { ...pod("early", 102), ...{ status: { phase: "Pending" } } });
      await until(() => agent!.view.pods.has("shop/early"));
      const netns = network.addPod("early", "10.9.0.4");
      expect(await reachable("10.9.0.4")).toBe(true);
      const announced = { namespace: "shop", name: "early", netns, interface: "v-early", ips: ["10.9.0.4"] };
      expect(await ask(socket, announced)).toEqual({ enforced: true });
      expect(await reachable("10.9.0.4")).toBe(false);
      // A status without the address, as the kubelet writes it first, takes nothing away.
      const labels = { app: "early", more: "labels" };
      const later = pod("early", 103);
      fake.send(PODS, "MODIFIED", { ...later, metadata: { ...later.metadata, labels }, ...{ status: {} } });
      await until(() => agent!.view.pods.get("shop/early")!.labels["more"] === "labels");
      expect(agent!.view.pods.get("shop/early")!.ips).toEqual(["10.9.0.4"]);
      expect(await reachable("10.9.0.4")).toBe(false);
    } finally {
      server.close();
    }
  });

  for (const [what, message, error] of [
    ["a pod that the API does not have", { name: "nobody" }, "the API has no pod shop/nobody"],
    [
      "a namespace that is not there",
      { name: "db", netns: "/run/netns/none" },
      "there is no network namespace /run/netns/none",
    ],
    [
      "an address that is none",
      { name: "db", ips: ["10.0.0.256"] },
      "the announcement has no usable address",
    ],
    ["a field that is missing", { name: 7 }, "the announcement lacks a field"],
  ] as const)
    test(`an announcement with ${what} is refused`, async () => {
      await ready();
      const socket = join(directory, "agent.sock");
      const server = await listenForPods(socket, (announced) => agent!.announce(announced));
      if (isFailure(server)) throw new Error(server.error);
      const whole = {
        namespace: "shop",
        netns: "/run/netns/none",
        interface: "v-db",
        ips: ["10.9.0.2"],
        ...message,
      };
      expect(await ask(socket, whole)).toEqual({ error });
      server.close();
    });

  const reachable = (address: string) => network.reaches("web", address, 80);

  function ask(socket: string, message: object): Promise<unknown> {
    return new Promise((resolve, reject) => {
      let text = "";
      const client = connect(socket, () => client.write(`${JSON.stringify(message)}\n`));
      client.on("data", (piece) => (text += String(piece)));
      client.on("error", reject);
      client.on("end", () => resolve(JSON.parse(text)));
    });
  }

  test("metrics say what is in force and what the kernel counted", async () => {
    fake.objects.set(POLICIES, [denyIngress("deny", 5, "db")]);
    await ready();
    await open();
    const text = await new AgentMetrics(agent!, { instance: network.id, netns: network.node }).text();
    for (const line of [
      "polc_ready 1",
      "polc_policies 1",
      "polc_pods 2",
      "polc_pods_missing 0",
      'polc_interfaces{tier="table"} 1',
      'polc_interfaces{tier="none"} 1',
      'polc_connection_table_capacity{table="established4"} 262144',
    ])
      expect(text.split("\n")).toContain(line);
    expect(Number(/^polc_verdicts_total\{verdict="denied"\} (\d+)$/m.exec(text)![1])).toBeGreaterThan(0);
  });

  function tcp(name: string, script: string) {
    const child: ChildProcess = spawn(
      "nsenter",
      [`--net=/run/netns/${network.id}-${name}`, "--", process.execPath, "-e", script],
      { stdio: ["pipe", "pipe", "inherit"] },
    );
    const lines = createInterface({ input: child.stdout! })[Symbol.asyncIterator]();
    const late = () =>
      new Promise<string>((resolve) => setTimeout(() => resolve("nothing came"), 5000).unref());
    return {
      write: (text: string) => child.stdin!.write(text),
      line: () => Promise.race([lines.next().then(({ value }) => value as string), late()]),
      end: () => child.kill("SIGKILL"),
    };
  }
});
