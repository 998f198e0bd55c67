/**
 * A real Kubernetes API server for tests: etcd and kube-apiserver on free ports of this machine, with data of their own. They are
 * taken from POLC_KUBE_BIN, or from where ../shared/cluster builds them; without them these tests are skipped.
 */
import type { ChildProcess } from "node:child_process";
import { execFileSync, spawn, spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { homedir, tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { load } from "js-yaml";
import { connect } from "../../src/cluster/client.js";
import type { Cluster } from "../../src/cluster/client.js";
import { isFailure } from "../../src/node/failure.js";

const PLACES = [
  process.env["POLC_KUBE_BIN"],
  join(homedir(), ".cache/polc-cluster/bin"),
  ...(process.env["PATH"] ?? "").split(delimiter),
];

function find(program: string): string | undefined {
  return PLACES.map((place) => place && join(place, program)).find((path) => path && existsSync(path));
}

/** Why there can be no API server here; undefined: there can. */
export function noApiServer(): string | undefined {
  const missing = ["etcd", "kube-apiserver", "kubectl"].filter((program) => !find(program));
  return missing.length > 0 ? `${missing.join(", ")} missing` : undefined;
}

export interface ApiServer {
  readonly kubeconfig: string;
  readonly port: number;
  readonly admin: Cluster;
  /** kubectl as admin; throws what it says if it fails. */
  kubectl(args: readonly string[], input?: string): string;
  cluster(context: string): Promise<Cluster>;
  /** Of the API server; resolves when it answers again. */
  restart(): Promise<void>;
  stop(): Promise<void>;
}

/** A context of the kubeconfig for each, with the rights that RBAC gives a user of that name. */
const USERS = ["planner", "deployer", "reader", "nobody"];

async function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, "127.0.0.1", () => {
      const { port } = server.address() as { port: number };
      server.close(() => resolve(port));
    });
  });
}

export async function startApiServer(): Promise<ApiServer> {
  const dir = mkdtempSync(join(tmpdir(), "polc-deploy-api-"));
  const [client, peer, port] = [await freePort(), await freePort(), await freePort()];
  const kubeconfig = join(dir, "kubeconfig");
  execFileSync("openssl", ["genrsa", "-out", join(dir, "sa.key"), "2048"], { stdio: "ignore" });
  execFileSync("openssl", ["rsa", "-in", join(dir, "sa.key"), "-pubout", "-out", join(dir, "sa.pub")], {
    stdio: "ignore",
  });
  const tokens = [
    `admin-token,admin,admin,system:masters`,
    ...USERS.map((user) => `${user}-token,${user},${user}`),
  ];
  writeFileSync(join(dir, "tokens.csv"), `${tokens.join("\n")}\n`);
  writeFileSync(kubeconfig, kubeconfigOf(port));
  const run = (program: string, args: readonly string[]): ChildProcess => {
    const log = openSync(join(dir, `${program}.log`), "w");
    return spawn(find(program)!, args, { cwd: dir, stdio: ["ignore", log, log] });
  };
  const url = `http://127.0.0.1:${client}`;
  const etcd = run("etcd", [
    ...["--data-dir", join(dir, "etcd"), "--unsafe-no-fsync"],
    ...["--listen-client-urls", url, "--advertise-client-urls", url],
    ...["--listen-peer-urls", `http://127.0.0.1:${peer}`],
  ]);
  const startApi = () =>
    run("kube-apiserver", [
      ...["--etcd-servers", url, "--cert-dir", join(dir, "certs"), "--secure-port", String(port)],
      ...["--bind-address", "127.0.0.1", "--advertise-address", "127.0.0.1", "--authorization-mode", "RBAC"],
      ...["--service-cluster-ip-range", "10.96.0.0/16", "--token-auth-file", join(dir, "tokens.csv")],
      ...["--service-account-issuer", "https://kubernetes.default.svc"],
      ...["--service-account-key-file", join(dir, "sa.pub")],
      ...["--service-account-signing-key-file", join(dir, "sa.key"), "--allow-privileged"],
      ...["--disable-admission-plugins", "ServiceAccount"],
    ]);
  let api = startApi();
  const kubectl = (args: readonly string[], input?: string): string => {
    const env = { ...process.env, KUBECONFIG: kubeconfig };
    const ran = spawnSync(find("kubectl")!, args, { env, encoding: "utf8", ...(input && { input }) });
    if (ran.status !== 0) throw new Error(`kubectl ${args.join(" ")}: ${ran.stderr}`);
    return ran.stdout;
  };
  // Also when a hook that waited for them took too long, and nobody stops them.
  const onExit = () => [api, etcd].forEach((each) => each.kill("SIGKILL"));
  process.once("exit", onExit);
  const stop = async (): Promise<void> => {
    process.removeListener("exit", onExit);
    for (const process of [api, etcd]) await ended(process);
    rmSync(dir, { recursive: true, force: true });
  };
  const cluster = async (context: string): Promise<Cluster> => {
    const connected = await connect({ context, kubeconfig });
    if (isFailure(connected)) throw new Error(connected.error);
    return connected;
  };
  const answers = () => ready(() => kubectl(["get", "--raw", "/readyz"]), join(dir, "kube-apiserver.log"));
  const restart = async (): Promise<void> => {
    api.kill("SIGKILL");
    await ended(api);
    api = startApi();
    await answers();
  };
  try {
    await answers();
    return { kubeconfig, port, admin: await cluster("admin"), kubectl, cluster, restart, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function ended(process: ChildProcess): Promise<void> {
  if (process.exitCode !== null || process.signalCode !== null) return;
  const end = new Promise((resolve) => process.once("exit", resolve));
  process.kill("SIGTERM");
  const kill = setTimeout(() => process.kill("SIGKILL"), 10_000);
  await end;
  clearTimeout(kill);
}

async function ready(ask: () => string, log: string): Promise<void> {
  for (let attempt = 0; attempt < 240; attempt++) {
    try {
      if (ask() === "ok") return;
    } catch {
      // Not yet.
    }
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
  throw new Error(`the API server does not start:\n${readFileSync(log, "utf8").slice(-2000)}`);
}

function kubeconfigOf(port: number): string {
  const all = ["admin", ...USERS];
  return JSON.stringify({
    apiVersion: "v1",
    kind: "Config",
    clusters: [
      { name: "c", cluster: { server: `https://127.0.0.1:${port}`, "insecure-skip-tls-verify": true } },
      { name: "away", cluster: { server: "https://127.0.0.1:1", "insecure-skip-tls-verify": true } },
      { name: "distrusted", cluster: { server: `https://127.0.0.1:${port}` } },
    ],
    users: [
      ...all.map((name) => ({ name, user: { token: `${name}-token` } })),
      { name: "stranger", user: { token: "wrong" } },
    ],
    contexts: [
      ...[...all, "stranger"].map((name) => ({ name, context: { cluster: "c", user: name } })),
      ...["away", "distrusted"].map((name) => ({ name, context: { cluster: name, user: "admin" } })),
    ],
    "current-context": "admin",
  });
}

/** The documents of a YAML file. */
export function documentsOf(path: string): readonly Record<string, unknown>[] {
  return readFileSync(path, "utf8")
    .split(/^---$/m)
    .map((text) => load(text) as Record<string, unknown>);
}
