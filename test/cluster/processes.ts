/** Processes of the cluster under test, found by their arguments, and started again as they were. */
import { execFileSync, spawn } from "node:child_process";
import { openSync, readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import type { Cluster } from "./cluster.js";

/** The first whose arguments are these; its program is named without its folder. */
function processWith(
  what: string,
  matches: (args: readonly string[]) => boolean,
  among: readonly string[] = readdirSync("/proc"),
): number {
  const found = among
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .find((pid) => matches(argumentsOf(pid).map((each, i) => (i === 0 ? each.split("/").at(-1)! : each))));
  if (found === undefined) throw new Error(`there is no process of ${what}`);
  return found;
}

export function argumentsOf(pid: number): string[] {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "utf8").split("\0").slice(0, -1);
  } catch {
    return [];
  }
}

export function loaderOf(instance: string): number {
  const isLoader = (args: readonly string[]) => args.includes("serve") && args.includes(instance);
  return processWith(`the loader of ${instance}`, (args) => args[0] === "polc-loader" && isLoader(args));
}

/** Other clusters' may run on this machine: this one's are in a network of their own. */
export function controlPlane(program: string): number {
  const here = execFileSync("ip", ["netns", "pids", "kc-cp"], { encoding: "utf8" }).split("\n");
  return processWith(program, ([name]) => name === program, here);
}

export function kubeletOf(node: string): number {
  return processWith(`the kubelet of ${node}`, (args) => args[0] === "kubelet" && args.includes(node));
}

/** Beside the control plane. */
export function startAgain(cluster: Cluster, args: readonly string[]): void {
  const log = openSync(join(cluster.state, "again.log"), "a");
  spawn(join(cluster.state, "in"), args, {
    ...{ cwd: cluster.state, detached: true },
    stdio: ["ignore", log, log],
  }).unref();
}

/** In the node's namespaces, which its containerd keeps. */
export function startKubeletAgain(cluster: Cluster, node: string, args: readonly string[]): void {
  const isOf = ([program, ...rest]: readonly string[]) =>
    program === "containerd" && rest.some((each) => each.includes(`/${node}/`));
  const containerd = processWith(`the containerd of ${node}`, isOf);
  const log = openSync(join(cluster.state, node, "kubelet-again.log"), "a");
  spawn("nsenter", [`--target=${containerd}`, "--mount", "--uts", "--net", "--", ...args], {
    ...{ detached: true },
    stdio: ["ignore", log, log],
  }).unref();
}
