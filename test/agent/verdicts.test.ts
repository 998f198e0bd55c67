import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { VerdictCounts } from "../../src/agent/verdicts/verdict_counts.js";
import { Verdicts } from "../../src/agent/verdicts/verdicts.js";
import { buildBundle } from "../../src/bundle/build_bundle.js";
import type { Bundle } from "../../src/bundle/bundle.js";
import type { Pod } from "../../src/ir/inventory.js";
import { followAgent } from "../../src/log/agent_stream.js";
import type { Followed } from "../../src/log/follow.js";
import type { LogRecord } from "../../src/log/record.js";
import { applyLocal, removeLocal } from "../../src/node/local.js";
import { loadProject } from "../../src/parser/project.js";
import { NO_SPAN } from "../../src/source/span.js";
import { run } from "../../src/node/process.js";
import { Network, unusable } from "../node/network.js";

const POLICIES = `
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: db, namespace: shop}
spec: {podSelector: {matchLabels: {app: db}}, ingress: []}
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: default-deny, namespace: shop}
spec: {podSelector: {}, ingress: []}
`;

function pod(name: string, ip: string): Pod {
  const of = { namespace: "shop", name, labels: { app: name }, ports: [], ips: [ip] };
  return { ...of, node: "node-1", hostNetwork: false, span: NO_SPAN };
}

function denied(namespace: string, policy: string, count: number): LogRecord {
  return {
    connection: { src_ip: "10.0.0.1", dest_ip: "10.0.0.2", protocol: "tcp", direction: "ingress" },
    ...{ disposition: "deny", count, timestamp: "2026-01-01T00:00:00.000000000Z" },
    policies: [{ kind: "NetworkPolicy", namespace, name: policy, source: "" }],
  };
}

describe("verdicts by policy", () => {
  test("are counted in packets", () => {
    const counts = new VerdictCounts();
    counts.add(denied("shop", "db", 1));
    counts.add(denied("shop", "db", 41));
    const labels = {
      ...{ kind: "NetworkPolicy", namespace: "shop", policy: "db", direction: "ingress", verdict: "deny" },
    };
    expect(counts.values).toEqual([{ labels, value: 42 }]);
  });

  test("of more policies than there may be series are counted together, as other", () => {
    const counts = new VerdictCounts(2);
    for (const policy of ["a", "b", "c", "d", "a"]) counts.add(denied("shop", policy, 3));
    expect(counts.values.map(({ labels, value }) => [labels.policy, value])).toEqual([
      ["a", 6],
      ["b", 3],
      ["other", 6],
    ]);
  });

  test("that no policy made are not counted: dropped packets have a metric of their own", () => {
    const counts = new VerdictCounts();
    const { policies: _, ...without } = denied("shop", "db", 1);
    counts.add(without);
    counts.add({ ...denied("shop", "db", 1), connection: undefined } as unknown as LogRecord);
    expect(counts.values).toEqual([]);
  });
});

describe.skipIf(unusable())("an agent that reads the log of its node", { timeout: 60_000 }, () => {
  let directory: string;
  let network: Network;
  let verdicts: Verdicts;
  let printed: string;
  const said: string[] = [];
  const followed: Followed[] = [];

  beforeAll(async () => {
    directory = mkdtempSync(join(tmpdir(), "polct-"));
    const file = join(directory, "shop.yaml");
    writeFileSync(file, POLICIES);
    const project = await loadProject([file], { cwd: directory });
    const out = join(directory, "bundle");
    const bundle = (await buildBundle(project.policies, project.sources, out, { form: "table" })) as Bundle;
    network = new Network();
    network.addPod("web", "10.9.7.1");
    network.addPod("db", "10.9.7.2");
    const pods = [pod("web", "10.9.7.1"), pod("db", "10.9.7.2")];
    const node = { instance: network.id, name: "node-1", ips: ["169.254.1.1"], netns: network.node };
    const local = pods.map((each) => ({ pod: each, interface: `v-${each.name}` }));
    await applyLocal(bundle, { namespaces: [], pods, nodes: [], services: [] }, node, local);
    printed = "";
    let isInForce = false;
    verdicts = new Verdicts({
      ...{ instance: network.id, node: "node-1", log: (text) => said.push(text) },
      isInForce: () => isInForce,
      print: (line) => (printed += line),
    });
    expect(await verdicts.start()).toBeUndefined();
    isInForce = true;
  }, 60_000);
  afterEach(() => Promise.all(followed.splice(0).map((each) => each.stop())));
  afterAll(async () => {
    await verdicts.stop();
    await removeLocal(network.id, { netns: network.node });
    network.remove();
    rmSync(directory, { recursive: true });
  });

  async function until(holds: () => boolean): Promise<void> {
    for (const end = Date.now() + 20_000; !holds(); await new Promise((resolve) => setTimeout(resolve, 20)))
      if (Date.now() > end) throw new Error(`never so: ${String(holds)}\n${printed}\n${said.join("\n")}`);
  }

  async function follow(once = false): Promise<LogRecord[]> {
    const records: LogRecord[] = [];
    const stream = await followAgent(network.id, (record) => records.push(record), { once });
    followed.push(stream!);
    return records;
  }

  const deny = () => network.reaches("web", "10.9.7.2", 5432);

  test("counts a denial for every policy that isolates the pod, and prints it", async () => {
    expect(await deny()).toBe(false);
    await until(() => printed.includes('"src_ip":"10.9.7.1"'));
    const counted = verdicts.counts.values.filter(({ labels }) => labels.verdict === "deny");
    expect(
      counted.map(({ labels }) => `${labels.namespace}/${labels.policy} ${labels.direction}`).sort(),
    ).toEqual(["shop/db ingress", "shop/default-deny ingress"]);
    expect(counted[0]!.value).toBeGreaterThan(0);
    expect(JSON.parse(printed.split("\n")[0]!)).toMatchObject({ disposition: "deny", node_name: "node-1" });
  });

  test("gives each reader what was kept, and what comes", async () => {
    const [first, second] = [await follow(), await follow()];
    await until(() => first.length > 0 && second.length > 0);
    const before = first.length;
    const { code } = await run([
      "nsenter",
      `--net=/run/netns/${network.id}-web`,
      "--",
      "ping",
      "-c1",
      "-W1",
      "10.9.7.2",
    ]);
    expect(code).toBe(1);
    const isPing = ({ connection }: LogRecord) => connection?.protocol === "icmp";
    await until(() => [first, second].every((records) => records.slice(before).some(isPing)));
  });

  test("gives one that does not follow what was kept, and ends", async () => {
    const records = await follow(true);
    expect(await followed[0]!.ended).toEqual([]);
    expect(records.length).toBeGreaterThan(0);
  });

  test("is the only reader of the kernel's ring, and said nothing wrong", async () => {
    const { code, stderr } = await run([
      "node",
      "dist/src/cli/main.js",
      "logs",
      "--instance",
      network.id,
      "--once",
    ]);
    expect([code, stderr]).toEqual([0, ""]);
    expect(said).toEqual([]);
  });

  test("that has ended leaves no socket that answers", async () => {
    await verdicts.stop();
    expect(await followAgent(network.id, () => undefined)).toBeUndefined();
  });
});
