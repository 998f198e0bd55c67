/** A node and its pods as network namespaces with names of their own, removed whatever happens. */
import { execFileSync } from "node:child_process";
import { accessSync, constants } from "node:fs";
import { loaderPath } from "../../src/node/loader.js";
import { run } from "../../src/node/process.js";

/** Why the kernel cannot be used here, undefined if it can. */
export function unusable(): string | undefined {
  if (process.getuid?.() !== 0) return "not root";
  const loader = loaderPath();
  if (typeof loader !== "string") return loader.error;
  try {
    accessSync("/sys/fs/bpf", constants.F_OK);
    return undefined;
  } catch {
    return "no bpf file system";
  }
}

let made = 0;

export class Network {
  /** Unique on this machine; also good as the name of an instance. */
  readonly id = `polct-${process.pid}-${++made}`;
  readonly node = `/run/netns/${this.id}`;
  private readonly namespaces = [this.id];

  constructor() {
    ip("netns", "add", this.id);
    ip("-n", this.id, "link", "set", "lo", "up");
    ip("netns", "exec", this.id, "sh", "-c", "echo 1 > /proc/sys/net/ipv4/ip_forward");
  }

  /** Joins a pod with this address to the node; the path of its network namespace. */
  addPod(name: string, address: string): string {
    const pod = `${this.id}-${name}`;
    ip("netns", "add", pod);
    this.namespaces.push(pod);
    ip("-n", this.id, "link", "add", `v-${name}`, "type", "veth", "peer", "name", "eth0", "netns", pod);
    ip("-n", this.id, "link", "set", `v-${name}`, "up");
    ip("-n", this.id, "route", "add", `${address}/32`, "dev", `v-${name}`);
    ip("-n", this.id, "addr", "replace", "169.254.1.1/32", "dev", `v-${name}`);
    for (const args of [
      ["link", "set", "lo", "up"],
      ["addr", "add", `${address}/32`, "dev", "eth0"],
      ["link", "set", "eth0", "up"],
      ["route", "add", "169.254.1.1", "dev", "eth0"],
      ["route", "add", "default", "via", "169.254.1.1"],
    ])
      ip("-n", pod, ...args);
    return `/run/netns/${pod}`;
  }

  /** Removes the node's end of a pod's link, and so the link. */
  cut(name: string): void {
    ip("-n", this.id, "link", "delete", `v-${name}`);
  }

  /** Does a TCP connection from the pod get an answer of the other end: accepted, or refused where nothing listens? */
  async reaches(from: string, to: string, port: number): Promise<boolean> {
    const script = `require("node:net").connect(${port}, "${to}").on("connect", () => process.exit(0))
      .on("error", (error) => process.exit(error.code === "ECONNREFUSED" ? 0 : 2)).setTimeout(700, () => process.exit(1))`;
    const { code } = await run([
      "nsenter",
      `--net=/run/netns/${this.id}-${from}`,
      "--",
      process.execPath,
      "-e",
      script,
    ]);
    return code === 0;
  }

  remove(): void {
    for (const namespace of this.namespaces.reverse()) ip("netns", "delete", namespace);
  }
}

export function ip(...args: string[]): void {
  execFileSync("ip", args, { stdio: ["ignore", "ignore", "pipe"] });
}
