/**
 * Nodes that real packets go through: a network namespace each, with a link to the outside and one to a pod, whose other ends are
 * all in one namespace, where the packets are made and counted. The nodes are alike: the same addresses, the same routes.
 */
import { execFileSync, spawnSync } from "node:child_process";

const OUTSIDE = "192.168.0.2";
export const NODE = "192.168.0.1";
export const POD = "10.0.1.9";

export class WireNetwork {
  private readonly prefix = `polc-bench-wire-${process.pid}`;
  private readonly nodes: WireNode[] = [];
  readonly netns = `/run/netns/${this.prefix}`;

  constructor() {
    execFileSync("ip", ["netns", "add", this.prefix]);
  }

  /** @param receiver an object with a program of XDP for the other end of the link: `pass.bpf.c` */
  addNode(name: string, receiver?: string): WireNode {
    const node = {
      name,
      instance: `${this.prefix}-${name}`,
      netns: `/run/netns/${this.prefix}-${name}`,
      link: `w${this.nodes.length}`,
      podLink: `p${this.nodes.length}`,
    };
    execFileSync("ip", ["netns", "add", node.instance]);
    this.nodes.push(node);
    const ends = [
      { link: node.link, peer: "uplink", mac: "02:00:00:00:0a:01" },
      { link: node.podLink, peer: "pod0", mac: "02:00:00:00:0a:02" },
    ];
    for (const { link, peer, mac } of ends) {
      ip(this.prefix, `link add ${link} type veth peer name ${peer} address ${mac} netns ${node.instance}`);
      ip(this.prefix, `link set ${link} addrgenmode none up`);
      ip(node.instance, `link set ${peer} addrgenmode none up`);
    }
    if (receiver !== undefined)
      inside(this.netns, "ip", "link", "set", node.link, "xdp", "object", receiver, "section", "xdp");
    for (const setting of SETTINGS) inside(node.netns, "sysctl", "-qw", setting);
    ip(node.instance, `link set lo up`);
    ip(node.instance, `addr add ${NODE}/24 dev uplink`);
    // Not the address of the link, so that what comes back is counted and then dropped.
    ip(node.instance, `neigh replace ${OUTSIDE} lladdr 02:00:00:00:0b:02 dev uplink nud permanent`);
    ip(node.instance, `route add default via ${OUTSIDE}`);
    ip(node.instance, `route add ${POD} dev pod0`);
    ip(node.instance, `neigh replace ${POD} lladdr 02:00:00:00:0b:03 dev pod0 nud permanent`);
    return node;
  }

  /** Never fails, for it runs after failures. */
  remove(): void {
    for (const { instance } of this.nodes) spawnSync("ip", ["netns", "del", instance]);
    spawnSync("ip", ["netns", "del", this.prefix]);
  }
}

export interface WireNode {
  readonly name: string;
  /** Of the loader, and the name of the network namespace. */
  readonly instance: string;
  /** Path of the network namespace. */
  readonly netns: string;
  /** The other ends of its links, where packets are made. */
  readonly link: string;
  readonly podLink: string;
}

const SETTINGS = [
  "net.ipv4.ip_forward=1",
  "net.ipv4.conf.all.rp_filter=0",
  "net.ipv4.conf.default.rp_filter=0",
  "net.ipv4.conf.all.send_redirects=0",
  "net.ipv4.conf.uplink.send_redirects=0",
];

function ip(netns: string, command: string): void {
  execFileSync("ip", ["-n", netns, ...command.split(" ")]);
}

export function inside(netns: string, command: string, ...words: string[]): string {
  return execFileSync("nsenter", [`--net=${netns}`, command, ...words], {
    encoding: "utf8",
    maxBuffer: 1 << 28,
  });
}
