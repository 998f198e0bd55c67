import { spawn, execFileSync, type ChildProcess } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { buildBundle } from "../../src/bundle/build_bundle.js";
import type { Bundle } from "../../src/bundle/bundle.js";
import type { Pod } from "../../src/ir/inventory.js";
import type { Policy } from "../../src/ir/policy.js";
import { followVerdicts } from "../../src/log/follow.js";
import type { LogRecord } from "../../src/log/record.js";
import { problemsOf } from "../../src/node/describe_status.js";
import type { Failure } from "../../src/node/failure.js";
import { isFailure } from "../../src/node/failure.js";
import type { LocalStatus } from "../../src/node/local.js";
import { applyLocal, removeLocal, statusLocal } from "../../src/node/local.js";
import { Resident } from "../../src/node/resident.js";
import type { Done, ResidentOptions } from "../../src/node/resident.js";
import { newestNames } from "../../src/node/run_dir.js";
import { loadProject } from "../../src/parser/project.js";
import { parseYamlFile } from "../../src/parser/yaml_file.js";
import { SourceFile, SourceMap } from "../../src/source/source_file.js";
import { NO_SPAN } from "../../src/source/span.js";
import type { ClusterChange } from "../../src/state/index/changes.js";
import { setDigest } from "../../src/state/index/subjects/policy_store.js";
import { policySets } from "../../src/codegen/policy_set.js";
import { Network, unusable } from "./network.js";

/** Port 5432 is always allowed to web, 5433 never is; the other one is what changes. */
const policyText = (port: number) => `
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: db, namespace: shop}
spec:
  podSelector: {matchLabels: {app: db}}
  ingress:
  - from: [{podSelector: {matchLabels: {app: web}}}]
    ports: [{port: 5432, protocol: UDP}, {port: ${port}, protocol: UDP}]
`;
const ALWAYS = 5432;
const NEVER = 5433;
const CHANGING = 5434;

const sources = new SourceMap();
function policy(port: number): Policy {
  const file = sources.add(new SourceFile(`db-${port}.yaml`, policyText(port)));
  return parseYamlFile(file).policies[0]!;
}

function pod(name: string, ip: string, app = name): Pod {
  return {
    ...{ namespace: "shop", name, labels: { app }, ports: [], ips: [ip] },
    ...{ node: "node-1", hostNetwork: false, span: NO_SPAN },
  };
}
const WEB = pod("web", "10.9.0.1");
const DB = pod("db", "10.9.0.2");
const LATE = pod("late", "10.9.0.3", "web");

class Traffic {
  private readonly child: ChildProcess;
  private readonly lines: AsyncIterator<string>;

  constructor(netns: string) {
    const script = new URL("traffic.cjs", import.meta.url).pathname;
    this.child = spawn("nsenter", [`--net=${netns}`, "--", process.execPath, script], {
      stdio: ["pipe", "pipe", "inherit"],
    });
    this.lines = createInterface({ input: this.child.stdout! })[Symbol.asyncIterator]();
  }

  async ask(command: string): Promise<string> {
    this.child.stdin!.write(`${command}\n`);
    return (await this.lines.next()).value as string;
  }

  async numbers(command: string): Promise<Record<string, number>> {
    return JSON.parse(await this.ask(command)) as Record<string, number>;
  }

  end(): void {
    this.child.stdin!.end();
  }
}

describe.skipIf(unusable())("a session with a resident loader", () => {
  let directory: string;
  let bundle: Bundle;
  let network: Network;
  let web: Traffic;
  let db: Traffic;
  let session: Resident | undefined;
  let failures: Failure[];
  let problems: string[];

  beforeAll(async () => {
    directory = mkdtempSync(join(tmpdir(), "polct-"));
    const file = join(directory, "shop.yaml");
    writeFileSync(file, policyText(CHANGING));
    const project = await loadProject([file], { cwd: directory });
    const options = { form: "specialised" } as const;
    bundle = (await buildBundle(project.policies, project.sources, join(directory, "b"), options)) as Bundle;
  });
  afterAll(() => rmSync(directory, { recursive: true }));

  beforeEach(async () => {
    [failures, problems] = [[], []];
    network = new Network();
    web = new Traffic(network.addPod("web", "10.9.0.1"));
    db = new Traffic(network.addPod("db", "10.9.0.2"));
    await db.ask(`listen ${ALWAYS},${NEVER},${CHANGING}`);
  });
  afterEach(async () => {
    for (const traffic of [web, db]) traffic.end();
    await session?.stop();
    session = undefined;
    await removeLocal(network.id, { netns: network.node });
    network.remove();
  });

  const node = () => {
    return { instance: network.id, name: "node-1", ips: ["169.254.1.1"], netns: network.node };
  };
  const local = (of: Pod): ClusterChange => ({ kind: "local", pod: of, interface: `v-${of.name}` });
  const path = (file: string) => join(bundle.dir, file);

  async function start(pods = [WEB, DB], options: Partial<ResidentOptions> = {}): Promise<Resident> {
    const { shell } = bundle.manifest;
    const first = {
      ...{ policies: [policy(CHANGING)], namespaces: [], pods },
      local: pods.map((each) => ({ pod: each, interface: `v-${each.name}` })),
    };
    const started = await Resident.start(node(), first, {
      shell: { path: path(shell.file), sha256: shell.sha256 },
      ...{ bundle: bundle.manifest.digest, sources },
      onFailure: (failure) => failures.push(failure),
      onProblems: (told) => problems.push(...told),
      ...options,
    });
    if (isFailure(started)) throw new Error(started.error);
    return (session = started);
  }

  async function apply(...changes: ClusterChange[]): Promise<Done> {
    const done = await session!.apply(changes);
    if (isFailure(done)) throw new Error(done.error);
    return done;
  }

  async function status(): Promise<LocalStatus> {
    return (await statusLocal(network.id)) as LocalStatus;
  }

  /** Which of the three ports twenty datagrams of this pod reach: all of them or none. */
  async function open(from = web): Promise<number[]> {
    const before = await db.numbers("count");
    for (const port of [ALWAYS, NEVER, CHANGING]) await from.ask(`burst 10.9.0.2 ${port} 20`);
    const after = await db.numbers("count");
    const arrived = [ALWAYS, NEVER, CHANGING].map((port) => after[port]! - before[port]!);
    for (const count of arrived) expect([0, 20]).toContain(count);
    return [ALWAYS, NEVER, CHANGING].filter((_, i) => arrived[i]! > 0);
  }

  async function killLoader(): Promise<void> {
    const [pid] = loaders();
    process.kill(pid!, "SIGKILL");
    while (loaders().includes(pid!)) await new Promise((resolve) => setTimeout(resolve, 5));
  }

  function loaders(): number[] {
    try {
      const text = execFileSync("pgrep", ["-f", `serve --instance ${network.id}$`], { encoding: "utf8" });
      return text.trim().split("\n").map(Number);
    } catch {
      return [];
    }
  }

  /** Datagrams to the port that is always allowed, less those that arrived; and those that arrived where none may. */
  async function wrongDuring(during: () => Promise<void>): Promise<{ lost: number; leaked: number }> {
    const before = await db.numbers("count");
    await web.ask(`stream 10.9.0.2 ${ALWAYS},${NEVER}`);
    await during();
    const sent = await web.numbers("stop");
    const after = await db.numbers("count");
    expect(sent[ALWAYS]).toBeGreaterThan(300);
    return {
      lost: sent[ALWAYS]! - (after[ALWAYS]! - before[ALWAYS]!),
      leaked: after[NEVER]! - before[NEVER]!,
    };
  }

  test("a change of a policy, of labels and of a pod is in force when it is answered", async () => {
    await start();
    expect(await open()).toEqual([ALWAYS, CHANGING]);
    expect(await apply({ kind: "policy", policy: policy(9) })).toEqual({
      generation: 2,
      microseconds: expect.any(Number),
    });
    expect(await open()).toEqual([ALWAYS]);
    await apply({ kind: "pod", pod: pod("web", "10.9.0.1", "other") });
    expect(await open()).toEqual([]);
    await apply({ kind: "pod", pod: WEB }, { kind: "policy", policy: policy(CHANGING) });
    expect(await open()).toEqual([ALWAYS, CHANGING]);
    await apply({ kind: "policy-gone", policy: { kind: "NetworkPolicy", namespace: "shop", name: "db" } });
    expect(await open()).toEqual([ALWAYS, NEVER, CHANGING]);
    expect((await apply({ kind: "pod", pod: WEB })).generation).toBe(5);
    expect(failures).toEqual([]);
  });

  test("a pod that comes is judged as it is described, and one that goes is left alone", async () => {
    await start();
    const late = new Traffic(network.addPod("late", "10.9.0.3"));
    await apply({ kind: "pod", pod: LATE }, local(LATE));
    expect(await open(late)).toEqual([ALWAYS, CHANGING]);
    expect((await status()).loader.interfaces.map(({ name }) => name)).toContain("v-late");
    await apply({ kind: "local-gone", interface: "v-late" }, { kind: "pod-gone", pod: LATE });
    expect(await open(late)).toEqual([]);
    late.end();
    await session!.stop();
    expect((await status()).loader.interfaces.map(({ name }) => name)).not.toContain("v-late");
    expect(problems).toEqual([]);
  });

  test("a pod whose interface is missing is told, and enforced when it is given again", async () => {
    await start();
    await apply({ kind: "pod", pod: LATE }, local(LATE));
    expect(problems).toEqual(["pod shop/late: there is no interface v-late, so nothing is enforced on it"]);
    network.addPod("late", "10.9.0.3");
    await apply(local(LATE));
    expect(problems).toHaveLength(1);
    await session!.stop();
    expect((await status()).loader.interfaces.map(({ name }) => name)).toContain("v-late");
    expect(problemsOf(await status())).toEqual([]);
  });

  test("changes that come at once are one change, in the order they were given", async () => {
    await start();
    const given = Array.from({ length: 20 }, (_, i) =>
      apply({ kind: "pod", pod: i % 2 ? WEB : pod("web", "10.9.0.1", "other") }),
    );
    const generations = new Set((await Promise.all(given)).map(({ generation }) => generation));
    expect(generations.size).toBeLessThanOrEqual(2);
    expect(await open()).toEqual([ALWAYS, CHANGING]);
  });

  test("a killed loader is replaced, what it enforced stays, and no packet is judged wrongly", async () => {
    await start();
    const wrong = await wrongDuring(async () => {
      for (let i = 0; i < 4; i++) {
        const given = Array.from({ length: 5 }, (_, k) =>
          apply({ kind: "policy", policy: policy(k % 2 ? CHANGING : 9000 + 10 * i + k) }),
        );
        await killLoader();
        await Promise.all(given);
        await killLoader();
        expect((await apply({ kind: "policy", policy: policy(100 + i) })).generation).toBeGreaterThan(1);
      }
    });
    expect(wrong).toEqual({ lost: 0, leaked: 0 });
    expect(await open()).toEqual([ALWAYS]);
    expect(failures.length).toBeGreaterThanOrEqual(4);
    await session!.stop();
    expect(loaders()).toEqual([]);
    expect(problemsOf(await status())).toEqual([]);
    expect(await open()).toEqual([ALWAYS]);
  });

  test("200 pod changes a second, here and elsewhere, judge no packet wrongly", async () => {
    await start();
    network.addPod("late", "10.9.0.3");
    const took: number[] = [];
    const wrong = await wrongDuring(async () => {
      const begun = performance.now();
      for (let i = 0; i < 800; i++) {
        const elsewhere = pod(`e${i % 50}`, `10.9.1.${i % 50}`, i % 3 ? "web" : "other");
        const changes: ClusterChange[] =
          i % 8 === 0
            ? i % 16
              ? [{ kind: "local-gone", interface: "v-late" }]
              : [local(LATE)]
            : i % 5 === 0
              ? [{ kind: "pod-gone", pod: elsewhere }]
              : [{ kind: "pod", pod: elsewhere }];
        void apply(...changes).then(({ microseconds }) => took.push(microseconds));
        const ahead = begun + 5 * (i + 1) - performance.now();
        if (ahead > 0) await new Promise((resolve) => setTimeout(resolve, ahead));
      }
      await apply({ kind: "policy", policy: policy(9) });
    });
    expect(wrong).toEqual({ lost: 0, leaked: 0 });
    expect(took).toHaveLength(800);
    expect([failures, problems]).toEqual([[], []]);
    expect(await open()).toEqual([ALWAYS]);
  });

  test("specialised code that comes later is loaded behind, and refused code is told", async () => {
    const told: unknown[] = [];
    await start([WEB, DB], { onSpecialised: (specialised) => told.push(specialised) });
    const [set] = policySets([policy(CHANGING)]);
    const [built] = bundle.manifest.sets;
    const { object, sha256 } = built as { object: string; sha256: string };
    const objects = (digest: string) =>
      new Map([[setDigest(set!), { object: path(object), sha256: digest }]]);
    await session!.setObjects(objects("0".repeat(64)));
    while (told.length < 1) await new Promise((resolve) => setTimeout(resolve, 10));
    expect(told).toEqual([{ loaded: 0, refused: [expect.stringMatching(/the state says 0{64}/)] }]);
    expect(await open()).toEqual([ALWAYS, CHANGING]);
    await session!.stop();
    await start([WEB, DB], { objects: objects(sha256), onSpecialised: (one) => told.push(one) });
    while (told.length < 2) await new Promise((resolve) => setTimeout(resolve, 10));
    expect(told[1]).toEqual({ loaded: 1, refused: [] });
    expect((await status()).loader.interfaces.map(({ tier }) => tier ?? "none").sort()).toEqual([
      ...["none", "specialised"],
    ]);
    expect(await open()).toEqual([ALWAYS, CHANGING]);
  });

  test("the log names the policy and the pods of later generations, and no profile's number comes again", async () => {
    await start();
    const records: LogRecord[] = [];
    const followed = followVerdicts([network.id], (record) => records.push(record));
    await apply({ kind: "policy", policy: policy(9) });
    await apply({ kind: "pod", pod: pod("elsewhere", "10.9.7.7", "web") });
    await open();
    while (records.length === 0) await new Promise((resolve) => setTimeout(resolve, 20));
    await followed.stop();
    expect(records[0]).toMatchObject({
      disposition: "deny",
      policies: [{ kind: "NetworkPolicy", name: "db", namespace: "shop", source: "db-9.yaml:4" }],
      src: { pod_name: "web" },
      dest: { pod_name: "db" },
      node_name: "node-1",
    });
    await session!.stop();
    const { nextProfile, profiles } = newestNames(network.id)!;
    expect([nextProfile, profiles.map(({ number }) => number)]).toEqual([3, [2]]);
    expect(Object.keys((await status()).names!.pods)).toContain("10.9.7.7");
    await start();
    expect(newestNames(network.id)!.profiles.map(({ number }) => number)).toEqual([3]);
  });

  test("while a session lasts nobody else deploys, and after it they do", async () => {
    await start();
    const inventory = { namespaces: [], pods: [WEB, DB], nodes: [], services: [] };
    const pods = [WEB, DB].map((each) => ({ pod: each, interface: `v-${each.name}` }));
    const deploy = () => applyLocal(bundle, inventory, node(), pods);
    expect(await deploy()).toMatchObject({ error: expect.stringMatching(/is deploying to this instance/) });
    await session!.stop();
    expect(await session!.apply([{ kind: "pod", pod: WEB }])).toEqual({
      error: "the session with the loader has ended",
    });
    expect(await deploy()).toMatchObject({ generation: 2 });
  });

  test("a first state that fails is told, and nothing is left", async () => {
    const first = { policies: [], namespaces: [], pods: [], local: [] };
    const shell = { path: path(bundle.manifest.shell.file), sha256: "0".repeat(64) };
    const failed = await Resident.start(node(), first, { shell, bundle: "", sources });
    expect(failed).toMatchObject({ error: expect.stringMatching(/sha256/) });
    expect(loaders()).toEqual([]);
    expect((await status()).loader.generation).toBe(0);
  });
});
