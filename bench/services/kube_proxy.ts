/** A changed endpoint by kube-proxy itself: from when its watch says so until the rule is in the kernel. */
import type { ChildProcess, ChildProcessWithoutNullStreams } from "node:child_process";
import { execFileSync, spawn } from "node:child_process";
import { mkdtempSync, openSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { packageRoot } from "../../src/source/package_root.js";
import { median } from "../table.js";
import { processor } from "./rows.js";
import type { ServiceRow } from "./rows.js";
import { BACKENDS } from "./state.js";

const CHANGES = 5;
const MINUTES = 10;
/** kube-proxy writes no more often than once a second by itself. */
const PAUSE_MS = 3000;

/** @param program its path */
export async function kubeProxyChanges(program: string, services: number): Promise<ServiceRow> {
  const netns = `polc-bench-proxy-${process.pid}`;
  const directory = mkdtempSync(join(tmpdir(), "polc-bench-proxy-"));
  const inside = (command: string, ...words: string[]): [string, string[]] => [
    "nsenter",
    [`--net=/run/netns/${netns}`, command, ...words],
  ];
  const ip = (command: string) => execFileSync("ip", ["-n", netns, ...command.split(" ")]);
  const running: ChildProcess[] = [];
  execFileSync("ip", ["netns", "add", netns]);
  try {
    ip("link set lo up");
    ip("link add uplink type veth peer name wire");
    for (const link of ["uplink", "wire"]) ip(`link set ${link} up`);
    ip("addr add 192.168.0.1/24 dev uplink");
    ip("route add default via 192.168.0.2");
    const script = join(packageRoot(), "bench/services/kube_api.cjs");
    const api = new Lines(...inside(process.execPath, script, String(services), String(BACKENDS)));
    running.push(api.process);
    writeFileSync(join(directory, "config.yaml"), configOf(directory, await api.next()));
    const log = openSync(join(directory, "log"), "w");
    const [command, words] = inside(program, "--config", join(directory, "config.yaml"));
    running.push(spawn(command, words, { stdio: ["ignore", log, log] }));
    const monitor = new Lines(...inside("nft", "monitor", "rules"));
    running.push(monitor.process);
    await monitor.until((line) => line.includes(chainOf(services - 1)));
    const took: number[] = [];
    for (let change = 0; change < CHANGES; change++) {
      await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
      monitor.drop();
      api.process.stdin.write("\n");
      const told = Number(await api.next());
      await monitor.until(
        (line) => line.includes(`add rule ip kube-proxy service-`) && line.includes(chainOf(services >> 1)),
      );
      took.push((Date.now() - told) * 1e6);
    }
    return {
      ...{ subject: "nftables", case: "endpoint_changed", mode: "snat", hook: "kube-proxy", services },
      ...{ backends: BACKENDS, median_ns: median(took), min_ns: Math.min(...took), runs: CHANGES, processor },
    };
  } finally {
    for (const each of running) each.kill("SIGKILL");
    execFileSync("ip", ["netns", "del", netns]);
    rmSync(directory, { recursive: true, force: true });
  }
}

function chainOf(service: number): string {
  return `-bench/web-${service}/tcp/http`;
}

function configOf(directory: string, port: string): string {
  const kubeconfig = join(directory, "kubeconfig");
  writeFileSync(
    kubeconfig,
    JSON.stringify({
      ...{ apiVersion: "v1", kind: "Config", "current-context": "bench" },
      clusters: [{ name: "bench", cluster: { server: `http://127.0.0.1:${port}` } }],
      contexts: [{ name: "bench", context: { cluster: "bench", user: "bench" } }],
      users: [{ name: "bench", user: {} }],
    }),
  );
  const json = "application/json";
  return JSON.stringify({
    ...{ apiVersion: "kubeproxy.config.k8s.io/v1alpha1", kind: "KubeProxyConfiguration", mode: "nftables" },
    ...{ hostnameOverride: "bench", clusterCIDR: "10.0.0.0/16", featureGates: { WatchListClient: false } },
    clientConnection: { kubeconfig, contentType: json, acceptContentTypes: json },
    conntrack: { maxPerCore: 0, min: 0, tcpEstablishedTimeout: "0s", tcpCloseWaitTimeout: "0s" },
  });
}

/** The lines of a process, each once. */
class Lines {
  readonly process: ChildProcessWithoutNullStreams;
  private readonly waiting: string[] = [];
  private wake: () => void = () => undefined;

  constructor(command: string, words: readonly string[]) {
    this.process = spawn(command, words);
    createInterface({ input: this.process.stdout }).on("line", (line) => {
      this.waiting.push(line);
      this.wake();
    });
  }

  drop(): void {
    this.waiting.length = 0;
  }

  async next(): Promise<string> {
    const end = Date.now() + MINUTES * 60_000;
    while (this.waiting.length === 0) {
      if (Date.now() > end || this.process.exitCode !== null) throw new Error("kube-proxy did not do it");
      await new Promise<void>((resolve) => {
        this.wake = resolve;
        setTimeout(resolve, 1000);
      });
    }
    return this.waiting.shift()!;
  }

  async until(isIt: (line: string) => boolean): Promise<void> {
    while (!isIt(await this.next()));
  }
}
