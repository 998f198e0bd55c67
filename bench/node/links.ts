/** The node's network: 250 links in a network namespace, whose other ends are in one more; those of two pods have one each. */
import { execFileSync } from "node:child_process";
import { addressOf, NODE_SIZE } from "./cluster.js";
import { interfaceOf } from "./inputs.js";

/** Pods of the first subject and the second, between which connections are made: web and api of one namespace. */
export const CLIENT = NODE_SIZE.subjects;
export const SERVER = NODE_SIZE.subjects + 1;

export class NodeLinks {
  private readonly name = `polc-bench-${process.pid}`;
  private readonly made: string[] = [];

  /** Path of the network namespace that has the node's ends. */
  get netns(): string {
    return `/run/netns/${this.name}`;
  }

  netnsOf(pod: number): string {
    return `/run/netns/${this.peersOf(pod)}`;
  }

  make(): void {
    for (const name of [this.name, ...new Set([0, CLIENT, SERVER].map((pod) => this.peersOf(pod)))]) {
      ip(["netns", "add", name]);
      this.made.push(name);
      // Else links send packets of their own.
      inside(name, "for i in all default; do echo 1 > /proc/sys/net/ipv6/conf/$i/disable_ipv6; done");
    }
    const pods = Array.from({ length: NODE_SIZE.local }, (_, i) => i);
    batch(
      this.name,
      pods.flatMap((i) => [
        `link add ${interfaceOf(i)} type veth peer name eth${i} netns ${this.peersOf(i)}`,
        `link set ${interfaceOf(i)} up`,
      ]),
    );
    batch(
      this.peersOf(0),
      pods.filter((i) => this.peersOf(i) === this.peersOf(0)).map((i) => `link set eth${i} up`),
    );
    for (const pod of [CLIENT, SERVER]) this.address(pod);
    inside(this.name, "echo 1 > /proc/sys/net/ipv4/ip_forward");
  }

  remove(): void {
    for (const name of this.made.splice(0).reverse()) ip(["netns", "delete", name]);
  }

  private peersOf(pod: number): string {
    return `${this.name}-${pod === CLIENT ? "client" : pod === SERVER ? "server" : "pods"}`;
  }

  private address(pod: number): void {
    const device = interfaceOf(pod);
    const gateway = "169.254.1.1";
    batch(this.name, [
      `route add ${addressOf(pod)}/32 dev ${device}`,
      `address add ${gateway}/32 dev ${device}`,
    ]);
    batch(this.peersOf(pod), [
      "link set lo up",
      `address add ${addressOf(pod)}/32 dev eth${pod}`,
      `link set eth${pod} up`,
      `route add ${gateway} dev eth${pod}`,
      `route add default via ${gateway}`,
    ]);
  }
}

function batch(netns: string, lines: readonly string[]): void {
  ip(["-n", netns, "-batch", "-"], lines.join("\n"));
}

function inside(netns: string, script: string): void {
  ip(["netns", "exec", netns, "sh", "-c", script]);
}

function ip(args: readonly string[], input = ""): void {
  execFileSync("ip", args, { input, stdio: ["pipe", "ignore", "inherit"] });
}
