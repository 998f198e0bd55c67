/**
 * What the cluster and the agents are made of is killed and started again in the middle of a rollout, while connections go on:
 * one that policy allows, one that it denies, some to a pod whose policy changes all the time, and one that lasts.
 */
import { spawn } from "node:child_process";
import { join } from "node:path";
import { packageRoot } from "../../src/source/package_root.js";
import type { Tally } from "../systems/tally.js";
import { Cluster } from "./cluster.js";
import type { Fault } from "./fault_list.js";
import { FAULTS } from "./fault_list.js";
import type { Answered, Step } from "./judged.js";
import { judge } from "./judged.js";
import { InPod, runPods, sleep, until } from "./pods.js";

const NAMESPACE = "faults";
/** See rollout.cjs. */
const PORTS = Array.from({ length: 8 + 64 }, (_, i) => 9000 + i);
const ECHO = 9100;

/** Steps of the rollout that must be seen in force during and after a fault, or the test says nothing. */
const STEPS_SEEN = 5;
/** A connection that lasts may wait for so long: an interface and a busy machine. */
const GAP_MS = 3000;

interface Seen {
  readonly open: number;
  readonly failed: number;
  readonly closed: number;
  readonly denied: number;
  readonly answered: readonly Answered[];
  readonly gap: number;
  readonly broken: string;
}

interface Watched {
  readonly cluster: Cluster;
  readonly probe: InPod;
  readonly rollout: InPod;
}

export async function faults(tally: Tally): Promise<void> {
  const cluster = Cluster.up({ nodes: 2, proxy: "none" });
  const programs: InPod[] = [];
  try {
    await cluster.startAgents();
    const watched = await begin(cluster, programs);
    for (const fault of FAULTS)
      if (new RegExp(process.env.POLC_FOCUS ?? "").test(fault.name)) await tryFault(watched, tally, fault);
  } finally {
    for (const program of programs) program.end();
    await cluster.down();
  }
}

async function begin(cluster: Cluster, programs: InPod[]): Promise<Watched> {
  cluster.makeNamespace(NAMESPACE);
  const wanted = (name: string, node: string) => {
    return { namespace: NAMESPACE, name, node, labels: { app: name }, ports: [{ port: 8080 }] };
  };
  const pods = [
    wanted("client", "node2"),
    ...["open", "closed", "stepped"].map((name) => wanted(name, "node1")),
  ];
  const [client, open, closed, stepped] = runPods(cluster, pods).map(({ ips }) => ips[0]!);
  cluster.apply(denyAll("closed"), denyAll("stepped"));
  programs.push(await InPod.start(open!, "serve.cjs", String(ECHO)));
  programs.push(await InPod.start(stepped!, "serve.cjs", ...PORTS.map(String)));
  const rollout = rolloutOf("stepped");
  programs.push(rollout);
  await sleep(3000);
  const asked = {
    ...{ open: [open, 8080], closed: [closed, 8080], stepped, ports: PORTS, echo: [open, ECHO] },
  };
  const probe = await InPod.start(client!, "probe.cjs", JSON.stringify(asked));
  programs.push(probe);
  return { cluster, probe, rollout };
}

/** Beside the control plane, whose network this is. */
function rolloutOf(name: string): InPod {
  const path = `/apis/networking.k8s.io/v1/namespaces/${NAMESPACE}/networkpolicies/${name}`;
  const script = join(packageRoot(), "test/cluster/rollout.cjs");
  const command = ["--net=/run/netns/kc-cp", process.execPath, script, path, name, ...PORTS.map(String)];
  return new InPod(spawn("nsenter", command, { stdio: ["pipe", "pipe", "inherit"] }));
}

function denyAll(app: string): object {
  return {
    ...{ apiVersion: "networking.k8s.io/v1", kind: "NetworkPolicy" },
    metadata: { name: app, namespace: NAMESPACE },
    spec: { podSelector: { matchLabels: { app } }, policyTypes: ["Ingress"] },
  };
}

async function tryFault({ cluster, probe, rollout }: Watched, tally: Tally, fault: Fault): Promise<void> {
  try {
    await sleep(1000);
    await probe.ask<Seen>("before");
    const before = (await rollout.ask<Step[]>("before")).length;
    await fault.make(cluster);
    const ended = Date.now();
    const answered: Answered[] = [];
    const all: Seen[] = [];
    const look = async () => {
      const seen = await probe.ask<Seen>("now");
      all.push(seen);
      answered.push(...seen.answered);
      const steps = await rollout.ask<Step[]>("now");
      return { steps, ...judge(steps, answered) };
    };
    await until("a step that was begun after the fault in force", async () => {
      const { steps, newest } = await look();
      return (steps[newest]?.sent ?? 0) > ended;
    });
    const seconds = ((Date.now() - ended) / 1000).toFixed(1);
    await sleep(3000);
    const { stray, newest } = await look();
    const wrong = wrongIn(all, stray, newest - before);
    const more = `${newest - before} steps seen, the longest pause of the lasting connection ${Math.max(
      ...all.map(({ gap }) => gap),
    )} ms, a step after it in force within ${seconds} s`;
    tally.report(fault.name, wrong.length > 0 ? "failed" : "passed", [...wrong, more].join(", "));
  } catch (error) {
    tally.report(fault.name, "failed", (error as Error).message.split("\n")[0]!);
  }
}

function wrongIn(all: readonly Seen[], stray: readonly Answered[], steps: number): string[] {
  const sum = (of: (seen: Seen) => number) => all.reduce((total, seen) => total + of(seen), 0);
  const [open, failed, closed] = [sum((s) => s.open), sum((s) => s.failed), sum((s) => s.closed)];
  const broken = all.find((seen) => seen.broken !== "")?.broken;
  const gap = Math.max(...all.map((seen) => seen.gap));
  return [
    failed > 0 && `${failed} allowed connections failed`,
    open < 25 && `only ${open} allowed connections were made`,
    closed > 0 && `${closed} denied connections were made`,
    stray.length > 0 && `${stray.length} connections by a policy that was not in force`,
    steps < STEPS_SEEN && `only ${steps} steps of the rollout were seen`,
    broken !== undefined && `the lasting connection ended: ${broken}`,
    gap > GAP_MS && `the lasting connection stood still for ${gap} ms`,
  ].filter((each) => each !== false);
}
