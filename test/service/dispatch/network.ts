/** What nodes find their next hops in: a network namespace with a link to other nodes, their neighbours and their pods' routes. */
import { execFileSync, spawnSync } from "node:child_process";

/** Node 1 is who dispatches, node 2 has the backends; the gateway leads to clients. */
export const NODE1 = { 4: "192.168.0.1", 6: "fd00:192::1" } as const;
export const NODE2 = { 4: "192.168.0.2", 6: "fd00:192::2" } as const;
const GATEWAY = { 4: "192.168.0.254", 6: "fd00:192::fe" } as const;
export const MAC = { own: "02000000000a", node2: "020000000b02", gateway: "0200000000fe" } as const;

const colons = (mac: string) => mac.match(/../g)!.join(":");

let made = 0;

export class Network {
  readonly name = `dispatch-${process.pid}-${++made}`;
  /** Of the link. */
  readonly ifindex: number;

  constructor() {
    execFileSync("ip", ["netns", "add", this.name]);
    try {
      this.ifindex = this.build();
    } catch (error) {
      this.remove();
      throw error;
    }
  }

  private build(): number {
    this.ip(`link add uplink address ${colons(MAC.own)} type veth peer name wire`);
    this.ip("link add other type veth peer name wire2");
    for (const link of ["lo", "uplink", "wire", "other", "wire2"]) this.ip(`link set ${link} up`);
    this.sysctl(
      "net.ipv4.ip_forward=1",
      "net.ipv6.conf.all.forwarding=1",
      "net.ipv6.conf.uplink.accept_dad=0",
    );
    this.ip(`addr add ${NODE1[4]}/24 dev uplink`);
    this.ip(`addr add ${NODE1[6]}/64 dev uplink nodad`);
    this.ip("addr add 172.16.0.1/24 dev other");
    for (const family of [4, 6] as const) {
      this.ip(`neigh replace ${NODE2[family]} lladdr ${colons(MAC.node2)} dev uplink nud permanent`);
      this.ip(`neigh replace ${GATEWAY[family]} lladdr ${colons(MAC.gateway)} dev uplink nud permanent`);
    }
    this.ip(`route add 10.0.2.0/24 via ${NODE2[4]}`);
    this.ip(`-6 route add fd00:10:2::/64 via ${NODE2[6]}`);
    this.ip(`route add default via ${GATEWAY[4]}`);
    this.ip(`-6 route add default via ${GATEWAY[6]}`);
    const [{ ifindex }] = JSON.parse(this.ip("-j link show uplink")) as [{ ifindex: number }];
    return ifindex;
  }

  ip(command: string): string {
    return execFileSync("ip", ["-n", this.name, ...command.split(" ")], { encoding: "utf8" });
  }

  sysctl(...settings: string[]): void {
    execFileSync("ip", ["netns", "exec", this.name, "sysctl", "-qw", ...settings]);
  }

  /** The neighbour has this link address. */
  resolve(address: string, mac: string): void {
    this.ip(`neigh replace ${address} lladdr ${colons(mac)} dev uplink nud permanent`);
  }

  /** Never fails, for it runs after failures. */
  remove(): void {
    spawnSync("ip", ["netns", "del", this.name]);
  }
}
