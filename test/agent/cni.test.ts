import { spawn, spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, rmdirSync, rmSync } from "node:fs";
import type { Server } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { Announce, Announcement } from "../../src/agent/places/announcements.js";
import { listenForPods } from "../../src/agent/places/announcements.js";
import { isFailure } from "../../src/node/failure.js";
import { packageRoot } from "../../src/source/package_root.js";
import { Network, unusable } from "../node/network.js";

const PLUGIN = join(packageRoot(), "cni/polc-cni");
const built = () => spawnSync("make", ["-s", "-C", join(packageRoot(), "cni")]).status === 0;

const PINS = "/sys/fs/bpf/polc-cni";

describe.skipIf(unusable() ?? (built() ? undefined : "no C compiler or jansson"))(
  "polc-cni",
  { timeout: 30_000 },
  () => {
    let directory: string;
    let socket: string;
    let network: Network;
    let netns: string;
    let server: Server | undefined;
    beforeAll(() => void (directory = mkdtempSync(join(tmpdir(), "polct-"))));
    afterAll(() => {
      rmSync(directory, { recursive: true });
      // The plugin keeps its folder of pins. It must be empty now: no block outlives its pod.
      if (existsSync(PINS)) rmdirSync(PINS);
    });
    beforeEach(() => {
      socket = join(directory, "agent.sock");
      network = new Network();
      network.addPod("other", "10.67.0.2");
      netns = network.addPod("pod", "10.67.0.1");
    });
    afterEach(async () => {
      server?.close();
      server = undefined;
      await plugin("DEL", {});
      network.remove();
    });

    async function plugin(
      command: string,
      config: object,
      args = "IgnoreUnknown=1;K8S_POD_NAMESPACE=shop;K8S_POD_NAME=pod",
    ) {
      const env = { CNI_COMMAND: command, CNI_CONTAINERID: network.id, CNI_NETNS: netns, CNI_ARGS: args };
      const child = spawn(PLUGIN, [], { env });
      let text = "";
      child.stdout.on("data", (piece) => (text += String(piece)));
      child.stdin.end(
        JSON.stringify({ cniVersion: "1.0.0", name: "pods", type: "polc-cni", socket, ...config }),
      );
      const code = await new Promise((resolve) => child.on("close", resolve));
      return { code, result: text === "" ? undefined : (JSON.parse(text) as Record<string, unknown>) };
    }

    async function listen(announce: Announce): Promise<void> {
      const listening = await listenForPods(socket, announce);
      if (isFailure(listening)) throw new Error(listening.error);
      server = listening;
    }

    const previous = () => ({
      cniVersion: "1.0.0",
      interfaces: [
        { name: "v-pod", mac: "aa" },
        { name: "eth0", sandbox: netns },
      ],
      ips: [{ address: "10.67.0.1/32", interface: 1 }, { address: "fd67::1/128" }],
      dns: {},
    });
    const answers = () => network.reaches("other", "10.67.0.1", 80);

    test("as the first plugin keeps the sandbox from answering, until the last one has heard from the agent", async () => {
      const heard: Announcement[] = [];
      let wasOpen: boolean | undefined;
      await listen(async (pod) => {
        heard.push(pod);
        wasOpen = await answers();
        return undefined;
      });
      expect(await answers()).toBe(true);
      expect(await plugin("ADD", {})).toEqual({ code: 0, result: { cniVersion: "1.0.0" } });
      expect(await answers()).toBe(false);
      expect(await plugin("ADD", { prevResult: previous() })).toEqual({ code: 0, result: previous() });
      expect(heard).toEqual([
        { namespace: "shop", name: "pod", netns, interface: "v-pod", ips: ["10.67.0.1", "fd67::1"] },
      ]);
      expect([wasOpen, await answers()]).toEqual([false, true]);
    });

    test("fails, so that the kubelet tries again, if nothing can enforce the pod", async () => {
      const failure = { code: 11, msg: "polc: the pod cannot be enforced yet", cniVersion: "1.0.0" };
      expect(await plugin("ADD", { prevResult: previous() })).toEqual({
        code: 1,
        result: { ...failure, details: `no agent listens on ${socket}` },
      });
      await listen(() => Promise.resolve({ error: "the API has no pod shop/pod" }));
      expect((await plugin("ADD", { prevResult: previous() })).result).toEqual({
        ...failure,
        details: "the API has no pod shop/pod",
      });
    });

    test("waits for an agent that is silent only for so long", async () => {
      await listen(() => new Promise(() => undefined));
      const begun = Date.now();
      const { result } = await plugin("ADD", { prevResult: previous(), timeoutMilliseconds: 200 });
      expect(result!["details"]).toBe("the agent did not answer in 200 ms");
      expect(Date.now() - begun).toBeGreaterThanOrEqual(200);
    });

    test("lets a pod run unenforced only if it is told to", async () => {
      await plugin("ADD", {});
      const { code } = await plugin("ADD", { prevResult: previous(), openWithoutAgent: true });
      expect([code, await answers()]).toEqual([0, true]);
    });

    test("lifts the block of a sandbox that is given up", async () => {
      await plugin("ADD", {});
      expect(await answers()).toBe(false);
      expect(await plugin("DEL", {})).toEqual({ code: 0, result: undefined });
      expect(await answers()).toBe(true);
    });

    test("passes on what is no pod of Kubernetes", async () => {
      expect(await plugin("ADD", { prevResult: previous() }, "")).toEqual({ code: 0, result: previous() });
    });

    test("says which versions it speaks", async () => {
      expect((await plugin("VERSION", {})).result).toMatchObject({
        supportedVersions: expect.arrayContaining(["0.4.0", "1.1.0"]),
      });
    });
  },
);
