/** Kill and restart of what the cluster and the agent are made of, while connections go on that policy allows and denies. */
import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { readFileSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { packageRoot } from "../../src/source/package_root.js";
import { linksIn } from "../../src/node/pods/interface.js";
import { isFailure } from "../../src/node/failure.js";
import type { Tally } from "../systems/tally.js";
import { Cluster, instance } from "./cluster.js";

const IMAGE = "registry.k8s.io/e2e-test-images/agnhost:2.63.0";

interface Counts {
  readonly open: number;
  readonly closed: number;
}

export async function faults(tally: Tally): Promise<void> {
  const cluster = Cluster.up({ nodes: 2 });
  let probe: Probe | undefined;
  try {
    await cluster.startAgents();
    const [client, open, closed] = [
      pod(cluster, "client", "node2"),
      pod(cluster, "open", "node1"),
      pod(cluster, "closed", "node1"),
    ];
    deny(cluster, "closed");
    probe = await Probe.start(client, [`${open}:8080`, `${closed}:8080`]);
    await probe.settle();
    for (const [name, fault] of FAULTS) await tryFault(cluster, probe, tally, name, fault, [open, closed]);
  } finally {
    probe?.end();
    await cluster.down();
  }
}

type Fault = (cluster: Cluster) => Promise<void>;

const FAULTS: readonly (readonly [name: string, fault: Fault])[] = [
  [
    "an agent is killed and started again",
    async (cluster) => {
      await cluster.endAgent("node1", "SIGKILL");
      await sleep(1000);
      cluster.startAgent("node1");
      await cluster.ready("node1");
    },
  ],
  [
    "the loader of an agent is killed",
    async () => {
      const [pid] = processesWith((args) => args.includes("serve") && args.includes(instance("node1")));
      process.kill(pid!, "SIGKILL");
      await sleep(1000);
    },
  ],
  [
    "the API server does not answer for ten seconds",
    async () => {
      const [pid] = processesWith(([program]) => program === "kube-apiserver");
      process.kill(pid!, "SIGSTOP");
      await sleep(10_000);
      process.kill(pid!, "SIGCONT");
    },
  ],
  [
    "the API server is killed and started again",
    async (cluster) => {
      const [pid] = processesWith(([program]) => program === "kube-apiserver");
      const args = argumentsOf(pid!);
      process.kill(pid!, "SIGKILL");
      await sleep(3000);
      const options = { cwd: cluster.state, stdio: "ignore", detached: true } as const;
      spawn(join(cluster.state, "in"), args, options).unref();
      await until(() => cluster.kubectl("get", "--raw", "/readyz") === "ok");
    },
  ],
  [
    "etcd is killed and started again",
    async (cluster) => {
      const [pid] = processesWith(([program]) => program === "etcd");
      const args = argumentsOf(pid!);
      process.kill(pid!, "SIGKILL");
      await sleep(2000);
      const options = { cwd: cluster.state, stdio: "ignore", detached: true } as const;
      spawn(join(cluster.state, "in"), args, options).unref();
      await until(() => cluster.kubectl("get", "--raw", "/readyz") === "ok");
    },
  ],
];

/** During the fault nothing is open that was closed, and nothing closed that was open; after it a new policy is enforced. */
async function tryFault(
  cluster: Cluster,
  probe: Probe,
  tally: Tally,
  name: string,
  fault: Fault,
  [open, closed]: readonly [string, string],
): Promise<void> {
  try {
    await probe.read();
    await fault(cluster);
    await sleep(2000);
    const during = await probe.read();
    const wrong = [
      during[`${open}:8080`]!.closed > 0 && `${during[`${open}:8080`]!.closed} allowed connections failed`,
      during[`${closed}:8080`]!.open > 0 && `${during[`${closed}:8080`]!.open} denied connections were made`,
      during[`${open}:8080`]!.open < 50 &&
        `only ${during[`${open}:8080`]!.open} allowed connections were made`,
    ].filter(Boolean);
    deny(cluster, "open");
    const began = Date.now();
    await until(async () => (await probe.read())[`${open}:8080`]!.open === 0);
    const seconds = ((Date.now() - began) / 1000).toFixed(1);
    cluster.kubectl("delete", "networkpolicy", "open");
    await probe.settle();
    tally.report(
      name,
      wrong.length > 0 ? "failed" : "passed",
      wrong.join(", ") || `a change after it took ${seconds} s`,
    );
  } catch (error) {
    tally.report(name, "failed", (error as Error).message.split("\n")[0]!);
  }
}

class Probe {
  private readonly lines: AsyncIterator<string>;

  private constructor(
    private readonly child: ChildProcess,
    private readonly targets: readonly string[],
  ) {
    this.lines = createInterface({ input: child.stdout! })[Symbol.asyncIterator]();
  }

  static async start(address: string, targets: readonly string[]): Promise<Probe> {
    const netns = await namespaceOf(address);
    const script = join(packageRoot(), "test/cluster/probe.cjs");
    const args = [`--net=${netns}`, process.execPath, script, ...targets];
    return new Probe(spawn("nsenter", args, { stdio: ["pipe", "pipe", "inherit"] }), targets);
  }

  /** Since the last call, in which a connection may still be open: so a moment is waited. */
  async read(): Promise<Record<string, Counts>> {
    await sleep(300);
    this.child.stdin!.write("\n");
    return JSON.parse((await this.lines.next()).value as string) as Record<string, Counts>;
  }

  /** Until the first target is open and the second closed, with nothing of before on its way. */
  async settle(): Promise<void> {
    const [open, closed] = this.targets;
    await until(async () => {
      await sleep(1700);
      await this.read();
      await sleep(500);
      const now = await this.read();
      return now[open!]!.closed === 0 && now[open!]!.open > 5 && now[closed!]!.open === 0;
    });
  }

  end(): void {
    this.child.stdin!.end();
    this.child.kill();
  }
}

/** A ready pod's address. */
function pod(cluster: Cluster, name: string, node: string): string {
  const spec = { nodeName: node, terminationGracePeriodSeconds: 0 };
  const labels = `app=${name}`;
  const overrides = `--overrides=${JSON.stringify({ spec })}`;
  const command = ["--", "/agnhost", "netexec", "--http-port=8080"];
  cluster.kubectl("run", name, `--image=${IMAGE}`, `--labels=${labels}`, overrides, "--command", ...command);
  cluster.kubectl("wait", "--for=condition=Ready", `pod/${name}`, "--timeout=60s");
  return cluster.kubectl("get", "pod", name, "-o", "jsonpath={.status.podIP}");
}

function deny(cluster: Cluster, app: string): void {
  const policy = {
    ...{
      apiVersion: "networking.k8s.io/v1",
      kind: "NetworkPolicy",
      metadata: { name: app, namespace: "default" },
    },
    spec: { podSelector: { matchLabels: { app } }, policyTypes: ["Ingress"] },
  };
  cluster.kubectl(
    "create",
    "--raw",
    "/apis/networking.k8s.io/v1/namespaces/default/networkpolicies",
    "-f",
    writeTemporary(cluster, app, policy),
  );
}

function writeTemporary(cluster: Cluster, name: string, object: object): string {
  const path = join(cluster.state, `${name}.json`);
  writeFileSync(path, JSON.stringify(object));
  return path;
}

async function namespaceOf(address: string): Promise<string> {
  for (const name of readdirSync("/run/netns").filter((each) => each.startsWith("cni-"))) {
    const links = await linksIn(`/run/netns/${name}`);
    if (isFailure(links)) continue;
    if (links.some(({ addr_info }) => addr_info?.some(({ local }) => local === address)))
      return `/run/netns/${name}`;
  }
  throw new Error(`no network namespace has ${address}`);
}

/** Of this cluster: others may run here too. */
function processesWith(matches: (args: readonly string[]) => boolean): number[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => matches(argumentsOf(pid).map((each, i) => (i === 0 ? each.split("/").at(-1)! : each))));
}

function argumentsOf(pid: number): string[] {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "utf8").split("\0").slice(0, -1);
  } catch {
    return [];
  }
}

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  const end = Date.now() + 60_000;
  for (;;) {
    const is = await Promise.resolve()
      .then(holds)
      .catch(() => false);
    if (is) return;
    if (Date.now() > end) throw new Error("it did not become so within a minute");
    await sleep(200);
  }
}
