import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { chained } from "../../src/agent/cni/chain.js";
import { CniChain, FILE } from "../../src/agent/cni/cni_chain.js";
import { Installation } from "../../src/agent/cni/installation.js";

const SETTINGS = {
  instance: "node-1",
  socket: "/run/polc/agent.sock",
  loader: "/opt/cni/bin/polc-loader",
  openWithoutAgent: false,
};
const LAST = { type: "polc-cni", ...SETTINGS };

describe("the chain", () => {
  const of = (value: unknown) => JSON.parse(chained(JSON.stringify(value), SETTINGS) as string) as unknown;

  test("has polc-cni as the first plugin and as the last, and the name of the network", () => {
    const plugins = [{ type: "ptp", ipam: { type: "host-local" } }, { type: "portmap" }];
    expect(of({ cniVersion: "1.0.0", name: "pods", plugins, disableCheck: true })).toEqual({
      ...{ cniVersion: "1.0.0", name: "pods", disableCheck: true },
      plugins: [{ type: "polc-cni" }, ...plugins, LAST],
    });
  });

  test("has it once, whatever was there", () => {
    const plugins = [{ type: "polc-cni" }, { type: "ptp" }, { type: "polc-cni", instance: "old" }];
    expect(of({ cniVersion: "1.0.0", name: "pods", plugins })).toMatchObject({
      plugins: [{ type: "polc-cni" }, { type: "ptp" }, LAST],
    });
  });

  test("of a configuration with one plugin is a list", () => {
    expect(of({ cniVersion: "0.4.0", name: "pods", type: "bridge", bridge: "cni0" })).toEqual({
      ...{ cniVersion: "0.4.0", name: "pods" },
      plugins: [{ type: "polc-cni" }, { type: "bridge", bridge: "cni0" }, LAST],
    });
  });

  test.each([
    "",
    "[]",
    "null",
    "{}",
    '{"name": "pods"}',
    '{"name": "pods", "plugins": []}',
    '{"plugins": [{"type": "ptp"}]}',
  ])("of %s cannot be", (text) => expect(chained(text, SETTINGS)).toHaveProperty("error"));
});

describe("a node's CNI configuration", () => {
  let root: string;
  let chain: CniChain;
  let said: string[];
  const path = (...names: string[]) => join(root, ...names);
  const configuration = (file: string, name: string) =>
    writeFileSync(
      path("net.d", file),
      JSON.stringify({ cniVersion: "1.0.0", name, plugins: [{ type: "ptp" }] }),
    );
  const network = () => {
    try {
      return (JSON.parse(readFileSync(path("net.d", FILE), "utf8")) as { name: string }).name;
    } catch {
      return undefined;
    }
  };
  const until = async (holds: () => boolean) => {
    for (const end = Date.now() + 10_000; !holds(); await new Promise((resolve) => setTimeout(resolve, 20)))
      if (Date.now() > end) throw new Error(`never so: ${String(holds)}: ${said.join()}`);
  };

  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), "polct-"));
    said = [];
    for (const name of ["net.d", "programs"]) mkdirSync(path(name));
    for (const name of ["polc-cni", "polc-loader"]) writeFileSync(path("programs", name), name);
    const { loader: _, ...settings } = SETTINGS;
    chain = new CniChain({
      ...{ configurations: path("net.d"), plugins: path("bin"), settings, log: (text) => said.push(text) },
      programs: { plugin: path("programs/polc-cni"), loader: path("programs/polc-loader") },
    });
  });
  afterEach(() => {
    chain.stop();
    rmSync(root, { recursive: true });
  });

  test("gets a chained copy before the first one, which stays as it is, and the programs that it names", () => {
    configuration("10-pods.conflist", "pods");
    configuration("20-others.conflist", "others");
    const before = readFileSync(path("net.d/10-pods.conflist"), "utf8");
    expect(chain.start()).toBeUndefined();
    expect(readdirSync(path("net.d")).sort()).toEqual([FILE, "10-pods.conflist", "20-others.conflist"]);
    expect(network()).toBe("pods");
    expect(readFileSync(path("net.d/10-pods.conflist"), "utf8")).toBe(before);
    expect(readFileSync(path("net.d", FILE), "utf8")).toContain(`"loader": "${path("bin/polc-loader")}"`);
    for (const name of ["polc-cni", "polc-loader"])
      expect(statSync(path("bin", name)).mode & 0o777).toBe(0o755);
  });

  test("that comes later, changes, or goes is followed", async () => {
    chain.start();
    expect(network()).toBeUndefined();
    expect(said[0]).toContain("has no CNI configuration yet");
    configuration("10-pods.conflist", "pods");
    await until(() => network() === "pods");
    configuration("10-pods.conflist", "renamed");
    await until(() => network() === "renamed");
    configuration("05-first.conf", "first");
    await until(() => network() === "first");
    for (const name of ["05-first.conf", "10-pods.conflist"]) rmSync(path("net.d", name));
    await until(() => network() === undefined);
  });

  test("is as it was when the chain is removed, and stays chained when the agent only ends", () => {
    configuration("10-pods.conflist", "pods");
    chain.start();
    chain.stop();
    expect(network()).toBe("pods");
    chain.remove();
    expect(readdirSync(path("net.d"))).toEqual(["10-pods.conflist"]);
  });

  test("that cannot be chained is said, and left alone", () => {
    writeFileSync(path("net.d/10-pods.conflist"), "{");
    chain.start();
    expect(said).toEqual([`${path("net.d/10-pods.conflist")} cannot be chained: it is not JSON`]);
    expect(network()).toBeUndefined();
  });

  test("that comes before any other name is said: the runtime would not call polc-cni", () => {
    configuration("00-00-first.conflist", "pods");
    chain.start();
    expect(said[0]).toContain("00-00-first.conflist comes before");
  });

  test("without a folder is a failure", () => {
    rmSync(path("net.d"), { recursive: true });
    expect(chain.start()).toHaveProperty("error");
  });
});

describe("an installation", () => {
  const DAEMON_SET = { metadata: { name: "polc-agent" } };
  const after = async (first: unknown, second: unknown) => {
    const answers = [first, second];
    const installation = new Installation({ get: <T>() => Promise.resolve(answers.shift() as T) });
    await installation.look();
    return installation.isRemoved();
  };
  const failure = (status?: number) => ({ error: "no", ...(status && { status }) });

  test("whose DaemonSet is gone, or goes, is removed", async () => {
    expect(await after(DAEMON_SET, failure(404))).toBe(true);
    expect(
      await after(DAEMON_SET, {
        metadata: { name: "polc-agent", deletionTimestamp: "2026-01-01T00:00:00Z" },
      }),
    ).toBe(true);
  });

  test("whose rights went while it ran is removed", async () => {
    expect(await after(DAEMON_SET, failure(403))).toBe(true);
    expect(await after(DAEMON_SET, failure(401))).toBe(true);
  });

  test("whose DaemonSet is there, or cannot be asked for, stays", async () => {
    expect(await after(DAEMON_SET, DAEMON_SET)).toBe(false);
    expect(await after(DAEMON_SET, failure())).toBe(false);
    expect(await after(DAEMON_SET, failure(503))).toBe(false);
    expect(await after(failure(403), failure(403))).toBe(false);
  });
});
