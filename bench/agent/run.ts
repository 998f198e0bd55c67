/**
 * The agent beside an API server that is played: memory, processor time, requests and how long a policy takes, at 5,000 pods and
 * 10,000 Services. The agent is the program that is shipped, as docs/agent.md says to run it; each in a process of its own.
 */
import { execFileSync, spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { removeLocal } from "../../src/node/local.js";
import { run } from "../../src/node/process.js";
import { packageRoot } from "../../src/source/package_root.js";
import { Network } from "../../test/node/network.js";
import { addressOf, NODE_NAME } from "../node/cluster.js";
import { table } from "../table.js";
import type { Answer, Command } from "./api.js";
import { SERVICES, SIZE } from "./objects.js";

export interface AgentRow {
  readonly case: string;
  readonly services: boolean;
  readonly value: number;
  readonly unit: string;
}

const PORT = 9464;
const FLAGS = ["--max-semi-space-size=2", "--optimize-for-size"];
const READY_MS = 600_000;
const POLICIES = 100;

export interface AgentBenchOptions {
  readonly seconds: number;
  /** Also without Services. */
  readonly alone: boolean;
}

export async function benchAgent(options: AgentBenchOptions): Promise<readonly AgentRow[]> {
  const alone = options.alone ? await measure(false, options) : [];
  return [...alone, ...(await measure(true, options))];
}

async function measure(services: boolean, { seconds }: AgentBenchOptions): Promise<readonly AgentRow[]> {
  const bench = new AgentBench(services);
  const rows: AgentRow[] = [];
  const row = (name: string, value: number, unit: string) => {
    rows.push({ case: name, services, value, unit });
    process.stderr.write(`agent: ${services ? "with" : "without"} services: ${name}: ${value} ${unit}\n`);
  };
  try {
    await bench.start();
    row("from start until the node is as the API says", Math.round(bench.readyMs / 100) / 10, "s");
    await pause(5000);
    const idle = await bench.processorTime(seconds);
    row("processor time at rest", idle, "% of a core");
    row("memory at rest", bench.memory(), "MB");
    const before = await bench.requests();
    const ms = await bench.changePods(100, seconds);
    row("processor time of a change of a pod", Number(ms.toFixed(2)), "ms");
    row("and so at 100 a second", Number((10 * ms).toFixed(1)), "% of a core");
    row("memory after these changes", bench.memory(), "MB");
    const after = await bench.requests();
    row("requests for these changes", after.lists + after.watches - before.lists - before.watches, "");
    await pause(2000);
    row("a policy comes or goes, until it is in force, mean", await bench.policyMs(POLICIES), "ms");
    row("memory at most", bench.memoryMost(), "MB");
    return rows;
  } finally {
    await bench.stop();
  }
}

class AgentBench {
  readyMs = 0;
  private readonly network = new Network();
  private readonly directory = mkdtempSync(join(tmpdir(), "polc-bench-agent-"));
  private readonly children: ChildProcess[] = [];
  private api: ChildProcess | undefined;
  private agent: ChildProcess | undefined;
  private answered: (answer: Answer) => void = () => undefined;

  constructor(private readonly services: boolean) {}

  async start(): Promise<void> {
    for (let i = 0; i < SIZE.local; i++) this.network.addPod(String(i), addressOf(i));
    const here = `--net=${this.network.node}`;
    const script = fileURLToPath(new URL("api.js", import.meta.url));
    const files = ["key.pem", "cert.pem"].map((name) => join(this.directory, name)) as [string, string];
    makeCertificate(...files);
    this.api = spawn("nsenter", [here, process.execPath, script, ...files], {
      stdio: ["ignore", "inherit", "inherit", "ipc"],
    });
    this.children.push(this.api);
    this.api.on("message", (answer: Answer) => this.answered(answer));
    const { port } = (await this.answer()) as Answer & { kind: "listening" };
    const kubeconfig = join(this.directory, "kubeconfig");
    writeFileSync(kubeconfig, JSON.stringify(kubeconfigOf(`https://127.0.0.1:${port}`)));
    const log = openSync(join(this.directory, "agent.log"), "w");
    const began = performance.now();
    this.agent = spawn(
      "nsenter",
      [
        ...[here, process.execPath, ...FLAGS, join(packageRoot(), "dist/bundle/polc.cjs"), "agent", "--live"],
        ...["--node", NODE_NAME, "--instance", this.network.id, "--kubeconfig", kubeconfig],
        ...["--listen", `127.0.0.1:${PORT}`, "--cni-socket", "none"],
        ...(this.services ? ["--services", "--link", "lo"] : []),
      ],
      { stdio: ["ignore", log, log] },
    );
    this.children.push(this.agent);
    while ((await this.page("readyz")) !== "ok\n") {
      if (performance.now() - began > READY_MS || this.agent.exitCode !== null)
        throw new Error(
          `the agent is not ready:\n${readFileSync(join(this.directory, "agent.log"), "utf8")}`,
        );
      await pause(100);
    }
    this.readyMs = performance.now() - began;
  }

  tell(command: Command): void {
    this.api!.send(command);
  }

  async requests(): Promise<Answer & { kind: "requests" }> {
    const answer = this.answer();
    this.tell({ kind: "requests" });
    return (await answer) as Answer & { kind: "requests" };
  }

  /** Of the agent and its loaders, in percent of a core. */
  async processorTime(seconds: number): Promise<number> {
    const [before, began] = [this.ticks(), performance.now()];
    await pause(seconds * 1000);
    const part = (this.ticks() - before) / 100 / ((performance.now() - began) / 1000);
    return Number((100 * part).toFixed(1));
  }

  /** Milliseconds of processor time a change, until all are in force: also where the machine has others to serve. */
  async changePods(rate: number, seconds: number): Promise<number> {
    const [ticks, before] = [this.ticks(), await this.requests()];
    this.tell({ kind: "pods", rate });
    await pause(seconds * 1000);
    this.tell({ kind: "pods", rate: 0 });
    await this.settled();
    return (10 * (this.ticks() - ticks)) / ((await this.requests()).changes - before.changes);
  }

  /** Resident, of the agent. */
  memory(): number {
    return this.statusOf("VmRSS");
  }

  memoryMost(): number {
    return this.statusOf("VmHWM");
  }

  /** Mean, by the agent's own histogram, of the changes alone. */
  async policyMs(count: number): Promise<number> {
    const before = await this.settled();
    for (let i = 0; i < count; i++) {
      this.tell({ kind: "policy", type: i % 2 ? "DELETED" : "ADDED" });
      await pause(100);
    }
    const after = await this.settled();
    if (after.count - before.count !== count)
      throw new Error(`${after.count - before.count} changes of ${count}`);
    return Number(((1000 * (after.sum - before.sum)) / count).toFixed(2));
  }

  async stop(): Promise<void> {
    for (const child of this.children.reverse()) {
      const ended = new Promise((resolve) => child.once("exit", resolve));
      child.kill(child === this.agent ? "SIGTERM" : "SIGKILL");
      if (child.exitCode === null) await ended;
    }
    await run([
      "nsenter",
      `--net=${this.network.node}`,
      join(packageRoot(), "loader/polc-loader"),
      ...["--instance", this.network.id, "services", "detach"],
    ]);
    await removeLocal(this.network.id, { netns: this.network.node });
    this.network.remove();
    rmSync(this.directory, { recursive: true });
  }

  private async changes(): Promise<{ readonly sum: number; readonly count: number }> {
    const text = await this.page("metrics");
    const of = (name: string) =>
      Number(new RegExp(`^polc_change_seconds_${name} (\\S+)$`, "m").exec(text)![1]);
    return { sum: of("sum"), count: of("count") };
  }

  /** When no change is on its way any more. */
  private async settled(): Promise<{ readonly sum: number; readonly count: number }> {
    for (let before = await this.changes(); ;) {
      await pause(2000);
      const now = await this.changes();
      if (now.count === before.count) return now;
      before = now;
    }
  }

  private answer(): Promise<Answer> {
    return new Promise((resolve) => (this.answered = resolve));
  }

  private async page(name: string): Promise<string> {
    const here = ["nsenter", `--net=${this.network.node}`, "curl", "-s", "--max-time", "60"];
    return (await run([...here, `http://127.0.0.1:${PORT}/${name}`])).stdout;
  }

  private statusOf(field: string): number {
    const text = readFileSync(`/proc/${this.agent!.pid}/status`, "utf8");
    return Math.round(Number(new RegExp(`^${field}:\\s+(\\d+) kB$`, "m").exec(text)![1]) / 1024);
  }

  private ticks(): number {
    const pid = this.agent!.pid!;
    const loaders = readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8")
      .trim()
      .split(" ")
      .filter(Boolean);
    return [String(pid), ...loaders].reduce((sum, each) => sum + ticksOf(each), 0);
  }
}

function ticksOf(pid: string): number {
  const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return Number(fields[11]) + Number(fields[12]);
}

function kubeconfigOf(server: string): object {
  return {
    ...{ apiVersion: "v1", kind: "Config", "current-context": "bench" },
    clusters: [{ name: "bench", cluster: { server, "insecure-skip-tls-verify": true } }],
    contexts: [{ name: "bench", context: { cluster: "bench", user: "bench" } }],
    users: [{ name: "bench", user: {} }],
  };
}

function makeCertificate(key: string, certificate: string): void {
  const kind = ["-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2"];
  const files = ["-keyout", key, "-out", certificate];
  execFileSync("openssl", ["req", ...kind, "-subj", "/CN=127.0.0.1", ...files], { stdio: "ignore" });
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

export function agentTable(rows: readonly AgentRow[]): string {
  const of = (name: string, services: boolean) => {
    const found = rows.find((row) => row.case === name && row.services === services);
    return found ? `${found.value} ${found.unit}`.trim() : "";
  };
  const names = [...new Set(rows.map((row) => row.case))];
  return table(
    ["", "policy alone", `and ${SERVICES.toLocaleString("en")} Services`],
    names.map((name) => [name, of(name, false), of(name, true)]),
  );
}
