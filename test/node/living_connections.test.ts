/** Connections that are older than the policy, or than their entry: real sockets, and more of them than the table holds. */
import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as pause } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { buildBundle } from "../../src/bundle/build_bundle.js";
import type { Bundle } from "../../src/bundle/bundle.js";
import type { Inventory, Pod } from "../../src/ir/inventory.js";
import { isFailure } from "../../src/node/failure.js";
import { applyLocal, removeLocal } from "../../src/node/local.js";
import { loadProject } from "../../src/parser/project.js";
import { NO_SPAN } from "../../src/source/span.js";
import { Network, unusable } from "./network.js";

/** More than the table of connections holds. */
const EACH = 750;
const TABLE = 1024;
const PORT = 5432;

const policy = (client: string) => `
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: db, namespace: shop}
spec:
  podSelector: {matchLabels: {app: db}}
  policyTypes: [Ingress, Egress]
  ingress:
  - from: [{podSelector: {matchLabels: {app: ${client}}}}]
    ports: [{port: ${PORT}}]
`;

const ADDRESSES = { db: "10.9.0.1", web: "10.9.0.2", batch: "10.9.0.3" } as const;

const pod = (name: keyof typeof ADDRESSES): Pod => ({
  namespace: "shop",
  name,
  labels: { app: name },
  ports: [],
  ips: [ADDRESSES[name]],
  node: "node-1",
  hostNetwork: false,
  span: NO_SPAN,
});

const PODS = (["db", "web", "batch"] as const).map(pod);
const INVENTORY: Inventory = { namespaces: [], pods: PODS, nodes: [], services: [] };

/** One process in a pod, see crowd.cjs. */
class Crowd {
  private readonly child: ChildProcess;
  private readonly waiting: ((line: string) => void)[] = [];
  readonly ready: Promise<string>;

  constructor(netns: string, ...words: readonly (string | number)[]) {
    const script = join(import.meta.dirname, "crowd.cjs");
    const args = [`--net=${netns}`, "--", process.execPath, script, ...words.map(String)];
    this.child = spawn("nsenter", args, { stdio: ["pipe", "pipe", "inherit"] });
    createInterface({ input: this.child.stdout! }).on("line", (line) => this.waiting.shift()?.(line));
    this.ready = this.next();
  }

  /** Connections, and bytes that came since it began. */
  async ask(command: "push" | "count"): Promise<{ connections: number; bytes: number }> {
    const answer = this.next();
    this.child.stdin!.write(`${command}\n`);
    const [connections, bytes] = (await answer).split(" ").map(Number);
    return { connections: connections!, bytes: bytes! };
  }

  end(): void {
    this.child.kill("SIGKILL");
  }

  private next(): Promise<string> {
    return new Promise((resolve) => this.waiting.push(resolve));
  }
}

describe.skipIf(unusable())(`${2 * EACH} connections beside a table of ${TABLE}`, () => {
  const network = new Network();
  const directory = mkdtempSync(join(tmpdir(), "polct-living-"));
  const bundles: Bundle[] = [];
  const crowds: Crowd[] = [];
  let db: Crowd;
  let web: Crowd;
  let batch: Crowd;

  beforeAll(async () => {
    for (const [at, client] of ["web", "batch"].entries()) {
      const file = join(directory, `${client}.yaml`);
      writeFileSync(file, policy(client));
      const { policies, sources } = await loadProject([file], { cwd: directory });
      bundles.push((await buildBundle(policies, sources, join(directory, `bundle${at}`))) as Bundle);
    }
    const netns = Object.fromEntries(PODS.map(({ name, ips }) => [name, network.addPod(name, ips[0]!)]));
    const start = async (...words: ConstructorParameters<typeof Crowd>) => {
      const crowd = new Crowd(...words);
      crowds.push(crowd);
      await crowd.ready;
      return crowd;
    };
    db = await start(netns["db"]!, "listen", ADDRESSES.db, PORT);
    web = await start(netns["web"]!, "connect", ADDRESSES.db, PORT, EACH);
    batch = await start(netns["batch"]!, "connect", ADDRESSES.db, PORT, EACH);
  });

  afterAll(async () => {
    for (const crowd of crowds) crowd.end();
    await removeLocal(network.id, { netns: network.node });
    network.remove();
    rmSync(directory, { recursive: true });
  });

  async function apply(bundle: Bundle): Promise<void> {
    const node = { instance: network.id, name: "node-1", ips: ["169.254.1.1"], netns: network.node };
    const local = PODS.map((each) => ({ pod: each, interface: `v-${each.name}` }));
    const applied = await applyLocal(bundle, INVENTORY, node, local, {
      sizes: { established: TABLE, half_open: TABLE },
    });
    if (isFailure(applied)) throw new Error(applied.error);
  }

  /** What comes at `to` when `from` sends a byte on each of its connections. */
  async function pushed(from: Crowd, to: Crowd, expected: number): Promise<number> {
    const { bytes: before } = await to.ask("count");
    await from.ask("push");
    let came = 0;
    for (let tries = 0; tries < 40 && came < expected; tries++) {
      await pause(100);
      came = (await to.ask("count")).bytes - before;
    }
    return came;
  }

  test("the server's push on a connection that the new policy allows passes, and on one it denies does not", async () => {
    await apply(bundles[0]!);
    const [toWeb, toBatch] = await Promise.all([pushed(db, web, EACH), batch.ask("count")]);
    expect(toWeb).toBe(EACH);
    expect(toBatch.bytes).toBe(0);
  });

  test("whoever speaks next, and however often", async () => {
    for (let round = 0; round < 3; round++) {
      expect(await pushed(web, db, EACH)).toBe(EACH);
      expect(await pushed(batch, db, 1)).toBe(0);
      expect(await pushed(db, web, EACH)).toBe(EACH);
    }
    expect((await batch.ask("count")).bytes).toBe(0);
  });

  test("a change of policy revokes the ones that were allowed, and no other", async () => {
    await apply(bundles[1]!);
    const { bytes } = await web.ask("count");
    await db.ask("push");
    await pause(1000);
    expect((await web.ask("count")).bytes).toBe(bytes);
    expect(await pushed(web, db, 1)).toBe(0);
  });
});
