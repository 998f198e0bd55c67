import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { problemsOf } from "../../src/node/describe_status.js";
import type { Applied, ApplyOptions, LocalStatus } from "../../src/node/local.js";
import { applyLocal, removeLocal, statusLocal } from "../../src/node/local.js";
import { planLocal } from "../../src/node/plan.js";
import { instances, readNames } from "../../src/node/run_dir.js";
import { buildBundle } from "../../src/bundle/build_bundle.js";
import type { Bundle } from "../../src/bundle/bundle.js";
import type { Inventory, Pod } from "../../src/ir/inventory.js";
import { followVerdicts } from "../../src/log/follow.js";
import type { LogRecord } from "../../src/log/record.js";
import { loadProject } from "../../src/parser/project.js";
import { NO_SPAN } from "../../src/source/span.js";
import { inNetns, run } from "../../src/node/process.js";
import { Network, ip, unusable } from "./network.js";

const POLICIES = `
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: db, namespace: shop}
spec:
  podSelector: {matchLabels: {app: db}}
  ingress:
  - from: [{podSelector: {matchLabels: {app: web}}}]
    ports: [{port: 5432}]
`;

function pod(name: string, ip: string, app = name): Pod {
  return {
    namespace: "shop",
    name,
    labels: { app },
    ports: [],
    ips: [ip],
    node: "node-1",
    hostNetwork: false,
    span: NO_SPAN,
  };
}

const WEB = pod("web", "10.9.0.1");
const DB = pod("db", "10.9.0.2");

describe.skipIf(unusable()).each(["specialised", "table"] as const)(
  "a bundle of the %s form on a node of this machine",
  (form) => {
    let directory: string;
    let bundle: Bundle;
    let network: Network;

    beforeAll(async () => {
      directory = mkdtempSync(join(tmpdir(), "polct-"));
      const file = join(directory, "shop.yaml");
      writeFileSync(file, POLICIES);
      const project = await loadProject([file], { cwd: directory });
      bundle = (await buildBundle(project.policies, project.sources, join(directory, "bundle"), {
        form,
      })) as Bundle;
      expect(bundle.manifest.sets.map((set) => [set.name, set.form])).toEqual([["shop", form]]);
      network = new Network();
      network.addPod("web", "10.9.0.1");
      network.addPod("db", "10.9.0.2");
    });

    afterAll(async () => {
      await removeLocal(network.id, { netns: network.node });
      network.remove();
      rmSync(directory, { recursive: true });
    });

    function inventory(...pods: Pod[]): Inventory {
      return { namespaces: [], pods, nodes: [], services: [] };
    }

    async function apply(of: Inventory, given = bundle, options: ApplyOptions = {}) {
      const node = { instance: network.id, name: "node-1", ips: ["169.254.1.1"], netns: network.node };
      const local = of.pods.map((one) => ({ pod: one, interface: `v-${one.name}` }));
      return applyLocal(given, of, node, local, options);
    }

    async function status(): Promise<LocalStatus> {
      return (await statusLocal(network.id)) as LocalStatus;
    }

    async function recorded(
      count: number,
      during: () => Promise<unknown>,
      isMeant: (record: LogRecord) => boolean = () => true,
    ): Promise<LogRecord[]> {
      const records: LogRecord[] = [];
      const followed = followVerdicts([network.id], (record) => {
        if (isMeant(record)) records.push(record);
      });
      await during();
      for (let tries = 0; records.length < count && tries < 50; tries++)
        await new Promise((resolve) => setTimeout(resolve, 100));
      await followed.stop();
      expect(await followed.ended).toEqual([]);
      return records;
    }

    test("before anything is installed there is an empty status, and nothing is denied", async () => {
      expect((await status()).loader).toMatchObject({ generation: 0, interfaces: [], problems: [] });
      expect(await network.reaches("web", "10.9.0.2", 5433)).toBe(true);
    });

    test("what policy allows passes, and what it denies is dropped and named", async () => {
      const applied = (await apply(inventory(WEB, DB))) as Applied;
      expect(applied.generation).toBe(1);
      expect(await network.reaches("web", "10.9.0.2", 5432)).toBe(true);
      const records = await recorded(1, () => network.reaches("web", "10.9.0.2", 5433));
      expect(records[0]).toMatchObject({
        connection: {
          src_ip: "10.9.0.1",
          dest_ip: "10.9.0.2",
          dest_port: 5433,
          protocol: "tcp",
          direction: "ingress",
        },
        disposition: "deny",
        policies: [{ kind: "NetworkPolicy", name: "db", namespace: "shop", source: "shop.yaml:4" }],
        src: { pod_name: "web", pod_namespace: "shop", node_name: "node-1" },
        dest: { pod_name: "db", pod_namespace: "shop", node_name: "node-1" },
        node_name: "node-1",
      });
      expect(records[0]!.policies![0]).not.toHaveProperty("rule");
    });

    test("the status is healthy, and a plan of the same changes nothing", async () => {
      const now = await status();
      expect(problemsOf(now)).toEqual([]);
      expect(now.names!.local).toEqual([
        { pod: "shop/db", interface: "v-db", profile: 1 },
        { pod: "shop/web", interface: "v-web" },
      ]);
      const local = [WEB, DB].map((one) => ({ pod: one, interface: `v-${one.name}` }));
      const node = { name: "node-1", ips: ["169.254.1.1"] };
      const running = { generation: now.loader.generation, names: now.names! };
      const plan = planLocal(bundle, inventory(WEB, DB), node, local, running);
      expect(plan.pods.map(({ pod, policies, change }) => [pod, policies, change])).toEqual([
        ["shop/db", ["db"], "same"],
        ["shop/web", [], "same"],
      ]);
      const without = planLocal(bundle, inventory(DB), node, local.slice(1), running);
      expect(without.pods.map(({ pod, change }) => [pod, change])).toEqual([
        ["shop/db", "same"],
        ["shop/web", "removed"],
      ]);
    });

    test("labels that change are in force with the next generation", async () => {
      const relabelled = inventory(pod("web", "10.9.0.1", "other"), DB);
      expect(await apply(relabelled)).toMatchObject({ generation: 2 });
      expect(await network.reaches("web", "10.9.0.2", 5432)).toBe(false);
      expect(await apply(inventory(WEB, DB))).toMatchObject({ generation: 3 });
      expect(await network.reaches("web", "10.9.0.2", 5432)).toBe(true);
    });

    test("a rule that decided is named with its own line, when allowed connections are logged", async () => {
      await apply(inventory(WEB, DB), bundle, { settings: { log_allowed: true } });
      const records = await recorded(1, () => network.reaches("web", "10.9.0.2", 5432));
      const allowed = records.find(({ disposition }) => disposition === "allow");
      expect(allowed?.policies).toEqual([
        { kind: "NetworkPolicy", name: "db", namespace: "shop", rule: "ingress[0]", source: "shop.yaml:8" },
      ]);
    });

    test("in audit mode what would be denied passes and is reported", async () => {
      await apply(inventory(WEB, DB), bundle, { settings: { audit: true } });
      const records = await recorded(1, async () => {
        expect(await network.reaches("web", "10.9.0.2", 5433)).toBe(true);
      });
      expect(records.map(({ disposition }) => disposition)).toContain("audit");
    });

    test("when a deployment fails, what was enforced before still is, with its names", async () => {
      await apply(inventory(WEB, DB));
      const before = await status();
      const shell = { ...bundle.manifest.shell, sha256: "0".repeat(64) };
      const broken: Bundle = { ...bundle, manifest: { ...bundle.manifest, shell } };
      expect(await apply(inventory(pod("web", "10.9.0.1", "other"), DB), broken)).toMatchObject({
        help: "the object is not the one that was built: build the bundle again",
      });
      expect(await status()).toEqual({
        ...before,
        loader: { ...before.loader, counters: expect.anything() },
      });
      expect(readNames(network.id, before.loader.generation + 1)).toBeUndefined();
      expect(await network.reaches("web", "10.9.0.2", 5432)).toBe(true);
      expect(await network.reaches("web", "10.9.0.2", 5433)).toBe(false);
    });

    test("a policy set whose object is another one is not loaded: its tables decide", async () => {
      const set = { ...bundle.manifest.sets[0]!, sha256: "0".repeat(64) };
      const broken: Bundle = { ...bundle, manifest: { ...bundle.manifest, sets: [set] } };
      const { refused } = (await apply(inventory(WEB, DB), broken)) as Applied;
      expect(refused).toEqual(
        form === "table" ? [] : [expect.stringMatching(/has sha256 [0-9a-f]{64}, but the state says 0{64}/)],
      );
      expect((await status()).loader.interfaces.map(({ tier }) => tier ?? "none").sort()).toEqual([
        "none",
        "table",
      ]);
      expect(await network.reaches("web", "10.9.0.2", 5432)).toBe(true);
      expect(await network.reaches("web", "10.9.0.2", 5433)).toBe(false);
      expect(await apply(inventory(WEB, DB))).toMatchObject({ refused: [] });
      expect((await status()).loader.interfaces.map(({ tier }) => tier ?? "none").sort()).toEqual([
        "none",
        form,
      ]);
    });

    test("a packet with another pod's source is dropped and counted, and logged if that is asked for", async () => {
      await apply(inventory(WEB, DB), bundle, { settings: { log_dropped: true } });
      ip("-n", `${network.id}-web`, "addr", "add", "10.9.0.77/32", "dev", "lo");
      const send = () =>
        run([
          ...inNetns(`/run/netns/${network.id}-web`, [process.execPath, "-e"]),
          `require("node:dgram").createSocket("udp4").bind(0, "10.9.0.77", function () {
            this.send("x", 53, "10.9.0.2", () => process.exit(0)); })`,
        ]);
      const records = await recorded(1, send, ({ connection }) => connection?.src_ip === "10.9.0.77");
      ip("-n", `${network.id}-web`, "addr", "del", "10.9.0.77/32", "dev", "lo");
      expect(records[0]).toMatchObject({
        connection: { dest_ip: "10.9.0.2", dest_port: 53, protocol: "udp" },
        disposition: "drop",
        reason: "drop_source",
        dest: { pod_name: "db" },
      });
    });

    test("what a pod sends itself by way of the node is no matter of policy", async () => {
      await apply(inventory(WEB, DB));
      const denied = async () =>
        (await status()).loader.counters.find(({ name }) => name === "denied")!.value;
      const send = (from: string) =>
        run([
          ...inNetns(`/run/netns/${network.id}-${from}`, [process.execPath, "-e"]),
          `require("node:dgram").createSocket("udp4").send("x", 7, "10.9.0.99", () => process.exit(0))`,
        ]);
      ip("-n", network.id, "route", "add", "10.9.0.99/32", "dev", "v-db");
      ip("-n", network.id, "neigh", "add", "10.9.0.99", "lladdr", "02:00:00:00:00:01", "dev", "v-db");
      try {
        const before = await denied();
        await send("db");
        expect(await denied()).toBe(before);
        await send("web");
        expect(await denied()).toBeGreaterThan(before);
      } finally {
        ip("-n", network.id, "route", "del", "10.9.0.99/32");
      }
    });

    test("the names of the last four generations are kept", async () => {
      const { generation } = (await apply(inventory(WEB, DB))) as Applied;
      const kept = Array.from({ length: generation }, (_, i) => i + 1).filter((one) =>
        readNames(network.id, one),
      );
      expect(kept).toEqual([generation - 3, generation - 2, generation - 1, generation]);
    });

    test("two deployments at once do not mix: both succeed in turn, or one is told to wait", async () => {
      const results = await Promise.all([apply(inventory(WEB, DB)), apply(inventory(WEB, DB))]);
      const { loader } = await status();
      const generations = results.flatMap((result) => ("generation" in result ? [result.generation] : []));
      expect(Math.max(...generations)).toBe(loader.generation);
      for (const result of results)
        if ("error" in result)
          expect(result.error).toBe(`process ${process.pid} is deploying to this instance`);
    });

    test("a pod whose interface went away is a problem that names the pod", async () => {
      network.cut("db");
      expect(problemsOf(await status())).toContain("shop/db: no policy is enforced on v-db; deploy again");
    });

    test("after removal nothing is left, and removing again is fine", async () => {
      expect(await removeLocal(network.id)).toBeUndefined();
      expect(instances()).not.toContain(network.id);
      expect(await removeLocal(network.id, { netns: network.node })).toBeUndefined();
      expect((await status()).loader.generation).toBe(0);
    });
  },
);
