/** `polc build` and `polc deploy` of an example onto real nodes and pods: every verdict as decided, and named in the log. */
import { execFileSync, spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { cpSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { packageRoot } from "../../src/source/package_root.js";
import type { Tally } from "../systems/tally.js";
import { Boutique } from "./boutique.js";
import { Cluster } from "./cluster.js";
import { until } from "./pods.js";

const root = packageRoot();
const POLC = join(root, "dist/src/cli/main.js");
const MANIFESTS = ["namespace", "crd", "agent_rbac", "plan_rbac", "deploy_rbac"];

/** Seconds, from the start of the command until every node enforces the change. */
const DEPLOY_S = 1;

export async function deploy(tally: Tally): Promise<void> {
  const cluster = Cluster.up({ nodes: 3, proxy: "none" });
  let boutique: Boutique | undefined;
  let log: Log | undefined;
  try {
    for (const name of MANIFESTS) cluster.kubectl("apply", "-f", join(root, `manifests/base/${name}.yaml`));
    await cluster.startAgents("--bundle", "default");
    boutique = await Boutique.start(cluster);
    const source = join(cluster.state, "boutique");
    cpSync(join(root, "examples/online-boutique"), source, { recursive: true });
    const first = await deployed(cluster, source);
    tally.report("polc build and polc deploy onto three nodes", "passed", timesText(first));
    log = new Log();
    await log.follows();
    const { wrong, asked } = await boutique.ask(source);
    tally.report(
      "all services of the example by all, as decided",
      wrong.length > 0 ? "failed" : "passed",
      [`${asked.length} connections`, ...wrong.slice(0, 3)].join("; "),
    );
    const unnamed = () => asked.filter((each) => !log!.records.some((record) => isOf(record, each)));
    await until("every verdict in the log", () => unnamed().length === 0, 20_000).catch(() => undefined);
    tally.report(
      "every verdict is named in polc logs, with its policies",
      unnamed().length > 0 ? "failed" : "passed",
      [
        `${log.records.length} records`,
        ...unnamed()
          .slice(0, 3)
          .map(({ from, to, port, verdict }) => `no record of ${from} -> ${to} ${port}: ${verdict}`),
      ].join("; "),
    );
    await tryChange(cluster, tally, boutique, source);
  } finally {
    log?.end();
    boutique?.end();
    await cluster.down();
  }
}

/** The port by which the cart may be called changes three times. */
async function tryChange(cluster: Cluster, tally: Tally, boutique: Boutique, source: string): Promise<void> {
  const path = join(source, "policies.yaml");
  const before = readFileSync(path, "utf8");
  const times: Times[] = [];
  for (const port of [7071, 7072, 7070]) {
    writeFileSync(path, before.replaceAll("port: 7070", `port: ${port}`));
    times.push(await deployed(cluster, source));
  }
  const { wrong } = await boutique.ask(source);
  const slowest = Math.max(...times.map(({ enforced }) => enforced));
  tally.report(
    `one changed policy is enforced on three nodes within ${DEPLOY_S} s of the command's start`,
    slowest <= DEPLOY_S && wrong.length === 0 ? "passed" : "failed",
    [...times.map(timesText), ...wrong.slice(0, 3)].join("; "),
  );
}

/** Seconds. */
interface Times {
  /** From the start of the command until all nodes said so. */
  readonly enforced: number;
  /** Likewise, from when the API had the new PolicyBundle. */
  readonly onNodes: number;
  /** Until the command ended. */
  readonly ended: number;
}

function timesText({ enforced, onNodes, ended }: Times): string {
  const [a, b, c] = [enforced, onNodes, ended].map((each) => each.toFixed(2));
  return `${a} s (${b} s of it on the nodes, the command took ${c} s)`;
}

async function deployed(cluster: Cluster, source: string): Promise<Times> {
  const bundle = join(cluster.state, "bundle");
  execFileSync(process.execPath, [POLC, "build", source, "--out", bundle], { stdio: "ignore" });
  const seen: { readonly at: number; readonly epoch: number; readonly all: boolean }[] = [];
  const watching = watchBundle(cluster, (epoch, all) => seen.push({ at: Date.now(), epoch, all }));
  try {
    // Of a first deploy there is nothing to see before it.
    await until("the PolicyBundle of before seen", () => seen.length > 0, 5000).catch(() => undefined);
    const before = seen.at(-1)?.epoch ?? 0;
    const began = Date.now();
    // Not synchronously: what is seen meanwhile has to get its time.
    const command = [process.execPath, POLC, "deploy", bundle, "--yes"];
    const child = spawn(join(cluster.state, "in"), command, { stdio: ["ignore", "ignore", "inherit"] });
    const code = await new Promise((resolve) => child.once("close", resolve));
    if (code !== 0) throw new Error(`polc deploy ended with ${String(code)}`);
    const ended = Date.now();
    await until(
      "the status of all nodes seen",
      () => seen.at(-1)?.all === true && seen.at(-1)!.epoch > before,
      180_000,
    );
    const epoch = seen.at(-1)!.epoch;
    const told = seen.find((each) => each.epoch === epoch)!.at;
    const enforced = seen.find((each) => each.epoch === epoch && each.all)!.at;
    return {
      enforced: (enforced - began) / 1000,
      onNodes: (enforced - told) / 1000,
      ended: (ended - began) / 1000,
    };
  } finally {
    watching.kill();
  }
}

/** Calls back for each state of the PolicyBundle: its epoch, and whether all nodes enforce that. */
function watchBundle(cluster: Cluster, onState: (epoch: number, all: boolean) => void): ChildProcess {
  const fields = '{.spec.epoch}{" "}{range .status.nodes[*]}{.epoch}{.state}{" "}{end}{"\\n"}';
  const args = ["kubectl", "get", "policybundles", "--watch", "-o", `jsonpath=${fields}`];
  const child = spawn(join(cluster.state, "in"), args, { stdio: ["ignore", "pipe", "ignore"] });
  createInterface({ input: child.stdout }).on("line", (line) => {
    const [epoch, ...nodes] = line.trim().split(" ");
    const enforcing = nodes.filter((each) => each === `${epoch}enforcing`);
    onState(Number(epoch), enforcing.length === cluster.nodes.length);
  });
  return child;
}

interface LogRecord {
  readonly connection: { readonly dest_port: number };
  readonly disposition: string;
  readonly policies: readonly unknown[];
  readonly src?: { readonly pod_name?: string };
  readonly dest?: { readonly pod_name?: string };
}

/** `polc logs` of all nodes: they share this machine. */
class Log {
  readonly records: LogRecord[] = [];
  private readonly child: ChildProcess;
  private failure = "";

  constructor() {
    this.child = spawn(process.execPath, [POLC, "logs", "--format", "json"], {
      stdio: ["ignore", "pipe", "pipe"],
    });
    this.child.stderr!.setEncoding("utf8").on("data", (text: string) => (this.failure += text));
    createInterface({ input: this.child.stdout! }).on("line", (line) =>
      this.records.push(JSON.parse(line) as LogRecord),
    );
  }

  async follows(): Promise<void> {
    await new Promise((resolve) => setTimeout(resolve, 2000));
    if (this.child.exitCode !== null) throw new Error(`polc logs ended: ${this.failure}`);
  }

  end(): void {
    this.child.kill();
  }
}

interface Asked {
  readonly from: string;
  readonly to: string;
  readonly port: number;
  readonly verdict: "allow" | "deny";
}

function isOf({ connection, disposition, policies, src, dest }: LogRecord, asked: Asked): boolean {
  return (
    src?.pod_name === asked.from &&
    dest?.pod_name === asked.to &&
    connection.dest_port === asked.port &&
    disposition === asked.verdict &&
    policies.length > 0
  );
}
