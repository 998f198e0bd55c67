import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { buildBundle } from "../../src/bundle/build_bundle.js";
import type { Bundle } from "../../src/bundle/bundle.js";
import { isFailure } from "../../src/node/failure.js";
import { runLoader } from "../../src/node/loader.js";
import { applyLocal, removeLocal } from "../../src/node/local.js";
import { run } from "../../src/node/process.js";
import { loadProject } from "../../src/parser/project.js";
import { Network, unusable } from "./network.js";

const POLICY = `
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: deny, namespace: shop}
spec: {podSelector: {}}
`;

describe.skipIf(unusable())("a pod that starts while no agent runs", { timeout: 60_000 }, () => {
  let directory: string;
  let network: Network;

  beforeAll(async () => {
    directory = mkdtempSync(join(tmpdir(), "polct-"));
    writeFileSync(join(directory, "shop.yaml"), POLICY);
    const { policies, sources } = await loadProject([join(directory, "shop.yaml")], { cwd: directory });
    const bundle = (await buildBundle(policies, sources, join(directory, "bundle"), {
      form: "table",
    })) as Bundle;
    network = new Network();
    network.addPod("other", "10.9.8.1");
    network.addPod("held", "10.9.8.2");
    network.addPod("unknown", "10.9.8.3");
    const node = { instance: network.id, name: "node-1", ips: ["169.254.1.1"], netns: network.node };
    const applied = await applyLocal(bundle, { namespaces: [], pods: [], nodes: [], services: [] }, node, []);
    expect(isFailure(applied)).toBe(false);
    const held = ["v-held=10.9.8.2,fd00::2", "v-unknown"];
    expect(await runLoader(["hold", "--instance", network.id, ...held], network.node)).toMatchObject({
      held: 2,
    });
  }, 60_000);
  afterAll(async () => {
    await removeLocal(network.id, { netns: network.node });
    network.remove();
    rmSync(directory, { recursive: true });
  });

  /** As the kubelet's probe: refused, since nothing listens, is an answer. */
  async function nodeReaches(address: string): Promise<boolean> {
    const script = `require("node:net").connect(80, "${address}").on("error", (error) =>
      process.exit(error.code === "ECONNREFUSED" ? 0 : 1)).setTimeout(1500, () => process.exit(1))`;
    const { code } = await run(["nsenter", `--net=${network.node}`, "--", process.execPath, "-e", script]);
    return code === 0;
  }

  test("answers the node, so the kubelet's probes, if its addresses are known", async () => {
    expect(await nodeReaches("10.9.8.1")).toBe(true);
    expect(await nodeReaches("10.9.8.2")).toBe(true);
    expect(await nodeReaches("10.9.8.3")).toBe(false);
  });

  test("is closed to others, and for itself", async () => {
    expect(await network.reaches("other", "10.9.8.2", 80)).toBe(false);
    expect(await network.reaches("held", "10.9.8.1", 80)).toBe(false);
  });

  test("is not held by what is no address", async () => {
    const answer = await runLoader(["hold", "--instance", network.id, "v-other=web"], network.node);
    expect(answer).toMatchObject({
      error: "'web' is not an address",
      help: "write INTERFACE=ADDRESS,ADDRESS",
    });
  });
});
