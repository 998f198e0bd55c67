/** A real Kubernetes cluster on this machine, and an agent on each node as the only thing that enforces policy. */
import { execFileSync, spawn, spawnSync } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { closeSync, existsSync, mkdirSync, openSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { packageRoot } from "../../src/source/package_root.js";

const root = packageRoot();

/** Beside the checkout: it starts the cluster, and is no part of this repository. */
const SCRIPTS = join(root, "../shared/cluster");
const STATE = process.env.POLC_CLUSTER_STATE ?? "/tmp/polc-cluster";
const METRICS_PORT = 9464;

/** For who works on these tests: the cluster is up already, and stays up. */
const KEPT = process.env.POLC_CLUSTER_UP !== undefined;

/** Why there can be no cluster here; undefined: there can. */
export function unusable(): string | undefined {
  if (!existsSync(join(SCRIPTS, "up"))) return `no scripts that start a cluster at ${SCRIPTS}`;
  if (process.getuid?.() !== 0) return "not root";
  if (spawnSync("go", ["version"]).status !== 0) return "no Go to build Kubernetes with";
  if (existsSync("/run/netns/kc-cp") && !KEPT)
    return "a cluster of these scripts is up already: end it first";
  return undefined;
}

export interface UpOptions {
  readonly nodes: number;
  /** `none`: nothing balances services but polc. */
  readonly proxy?: "none";
}

export class Cluster {
  readonly state = STATE;
  private readonly agents = new Map<string, ChildProcess>();

  private constructor(readonly nodes: readonly string[]) {}

  static up({ nodes, proxy }: UpOptions): Cluster {
    const names = Array.from({ length: nodes }, (_, i) => `node${i + 1}`);
    if (KEPT) return new Cluster(names);
    const env = { ...process.env, E2E: "1", ...(proxy && { PROXY_MODE: proxy }) };
    execFileSync(join(SCRIPTS, "build"), [], { env, stdio: ["ignore", "inherit", "inherit"] });
    execFileSync(join(SCRIPTS, "up"), [String(nodes), STATE], {
      env,
      stdio: ["ignore", "inherit", "inherit"],
    });
    return new Cluster(names);
  }

  async down(): Promise<void> {
    for (const node of this.nodes) await this.endAgent(node);
    if (KEPT) return;
    for (const node of this.nodes) {
      const name = ["--instance", instance(node)];
      spawnSync("nsenter", [netns(node), join(root, "loader/polc-loader"), ...name, "services", "detach"]);
      spawnSync("nsenter", [netns(node), process.execPath, polc, "undeploy", "--local", ...name]);
    }
    spawnSync(join(SCRIPTS, "down"), [STATE], { stdio: "ignore" });
  }

  /** Beside the control plane; what it prints. */
  in(...command: string[]): string {
    return execFileSync(join(STATE, "in"), command, { encoding: "utf8", maxBuffer: 1 << 28 });
  }

  kubectl(...args: string[]): string {
    return this.in("kubectl", ...args);
  }

  apply(...objects: readonly object[]): void {
    const input = JSON.stringify({ apiVersion: "v1", kind: "List", items: objects });
    execFileSync(join(STATE, "in"), ["kubectl", "apply", "-f", "-"], {
      input,
      stdio: ["pipe", "ignore", "inherit"],
    });
  }

  /** With what pods need of it: its account comes a moment later. */
  makeNamespace(name: string, labels: Readonly<Record<string, string>> = {}): void {
    this.apply({ apiVersion: "v1", kind: "Namespace", metadata: { name, labels } });
    this.kubectl("wait", "-n", name, "--for=create", "serviceaccount/default", "--timeout=30s");
  }

  /** Resolves when all nodes are as the API says. Live policies are enforced, unless the options name a bundle. */
  async startAgents(...options: string[]): Promise<void> {
    for (const node of this.nodes) this.startAgent(node, ...options);
    for (const node of this.nodes) await this.ready(node);
  }

  startAgent(node: string, ...options: string[]): ChildProcess {
    mkdirSync(join(STATE, node), { recursive: true });
    const log = openSync(join(STATE, node, "agent.log"), "a");
    const what = options.includes("--bundle") ? ["--state-dir", join(STATE, node, "bundles")] : ["--live"];
    const command = [polc, "agent", ...what, "--node", node, "--instance", instance(node)];
    const socket = ["--cni-socket", cniSocket(node)];
    const kubeconfig = ["--kubeconfig", join(STATE, "kubeconfig"), "--listen", `:${METRICS_PORT}`];
    const child = spawn(
      "nsenter",
      [netns(node), process.execPath, ...command, ...kubeconfig, ...socket, ...options],
      {
        stdio: ["ignore", log, log],
      },
    );
    closeSync(log);
    this.agents.set(node, child);
    return child;
  }

  async ready(node: string): Promise<void> {
    const end = Date.now() + 180_000;
    while (this.ask(node, "readyz") !== "ok\n") {
      if (Date.now() > end)
        throw new Error(`the agent of ${node} is not ready: ${this.ask(node, "readyz")}\n${this.log(node)}`);
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }

  /** One of its pages; empty: no answer. */
  ask(node: string, page: string): string {
    const url = `http://${addressOf(node)}:${METRICS_PORT}/${page}`;
    const args = ["--net=/run/netns/kc-cp", "curl", "-s", "--max-time", "5", url];
    return spawnSync("nsenter", args, { encoding: "utf8" }).stdout;
  }

  log(node: string): string {
    return readFileSync(join(STATE, node, "agent.log"), "utf8");
  }

  async endAgent(node: string, signal: NodeJS.Signals = "SIGTERM"): Promise<void> {
    const child = this.agents.get(node);
    this.agents.delete(node);
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const ended = new Promise((resolve) => child.once("exit", resolve));
    child.kill(signal);
    await ended;
  }
}

const polc = join(root, "dist/src/cli/main.js");

export function netns(node: string): string {
  return `--net=/run/netns/kc-${node}`;
}

export function instance(node: string): string {
  return `kc-${node}`;
}

/** Each node has one of its own: their file systems are the same. */
export function cniSocket(node: string): string {
  return `/run/polc/${instance(node)}/agent.sock`;
}

export function addressOf(node: string): string {
  return `172.31.77.${10 + Number(node.slice("node".length))}`;
}
