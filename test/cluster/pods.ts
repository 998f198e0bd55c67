/** Pods of the cluster under test, and programs inside their networks. */
import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { isFailure } from "../../src/node/failure.js";
import { linksIn } from "../../src/node/pods/interface.js";
import { packageRoot } from "../../src/source/package_root.js";
import type { Cluster } from "./cluster.js";

export const IMAGE = "registry.k8s.io/e2e-test-images/agnhost:2.63.0";

export interface WantedPod {
  readonly namespace: string;
  readonly name: string;
  readonly node: string;
  readonly labels: Readonly<Record<string, string>>;
  /** Served by TCP and UDP; a named one as that. */
  readonly ports: readonly { readonly port: number; readonly name?: string }[];
}

export interface RunningPod extends WantedPod {
  /** IPv4 first. */
  readonly ips: readonly string[];
}

/** Resolves when all are ready. Their namespaces exist. */
export function runPods(cluster: Cluster, pods: readonly WantedPod[]): RunningPod[] {
  cluster.apply(...pods.map(manifest));
  for (const namespace of new Set(pods.map((pod) => pod.namespace)))
    cluster.kubectl("wait", "-n", namespace, "--for=condition=Ready", "pod", "--all", "--timeout=240s");
  return pods.map((pod) => ({ ...pod, ips: addressesOf(cluster, pod) }));
}

function addressesOf(cluster: Cluster, { namespace, name }: WantedPod): string[] {
  const path = "jsonpath={.status.podIPs[*].ip}";
  return cluster.kubectl("get", "pod", "-n", namespace, name, "-o", path).split(" ");
}

function manifest({ namespace, name, node, labels, ports }: WantedPod): object {
  const servers = ports.map(({ port, name: portName }) => ({
    ...{ name: `port-${port}`, image: IMAGE },
    args: ["netexec", `--http-port=${port}`, `--udp-port=${port}`],
    ports: [{ containerPort: port, ...(portName !== undefined && { name: portName }) }],
  }));
  return {
    ...{ apiVersion: "v1", kind: "Pod", metadata: { namespace, name, labels } },
    spec: {
      ...{ nodeName: node, terminationGracePeriodSeconds: 0 },
      containers: servers.length > 0 ? servers : [{ name: "idle", image: IMAGE, args: ["pause"] }],
    },
  };
}

/** A program beside this file, in the network of the pod with this address; lines of JSON in and out. */
export class InPod {
  private readonly lines: AsyncIterator<string>;

  constructor(readonly child: ChildProcess) {
    this.lines = createInterface({ input: child.stdout! })[Symbol.asyncIterator]();
  }

  static async start(address: string, script: string, ...args: readonly string[]): Promise<InPod> {
    const netns = await namespaceOf(address);
    const path = join(packageRoot(), "test/cluster", script);
    const command = [`--net=${netns}`, process.execPath, path, ...args];
    return new InPod(spawn("nsenter", command, { stdio: ["pipe", "pipe", "inherit"] }));
  }

  async ask<T>(question: unknown): Promise<T> {
    this.child.stdin!.write(`${JSON.stringify(question)}\n`);
    const { value, done } = await this.lines.next();
    if (done) throw new Error("a program in a pod's network has ended");
    return JSON.parse(value as string) as T;
  }

  end(): void {
    this.child.stdin!.end();
    this.child.kill();
  }
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

export function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

export async function until(
  what: string,
  holds: () => boolean | Promise<boolean>,
  ms = 60_000,
): Promise<void> {
  const end = Date.now() + ms;
  for (;;) {
    const is = await Promise.resolve()
      .then(holds)
      .catch(() => false);
    if (is) return;
    if (Date.now() > end) throw new Error(`after ${ms / 1000} s: not ${what}`);
    await sleep(100);
  }
}
