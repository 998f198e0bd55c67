/** A node and its pods as network namespaces, with services by `polc-loader services apply`. Pod `i` is 10.0.0.i and fd00::i. */
import { execFileSync, spawnSync } from "node:child_process";
import { LOADER } from "../../loader/harness.js";
import { type ServiceObjects, Sockets } from "../loader/harness.js";
import { type Config, Node } from "./node.js";
import { type Service, tablesOf } from "./tables.js";

let made = 0;

export class RealPods {
  readonly node = `polc-pods-${process.pid}-${++made}`;
  readonly #sockets: Sockets[] = [];

  constructor(readonly pods: readonly number[]) {
    this.#netns(this.node);
    for (const pod of pods) this.#add(pod, this.netns(pod));
    this.#ip(`-n ${this.node} link set lo up`);
    this.inNode("sysctl", "-qw", "net.ipv4.ip_forward=1", "net.ipv6.conf.all.forwarding=1");
  }

  /** Link-local addresses are there at once. */
  #netns(name: string): void {
    this.#ip(`netns add ${name}`);
    execFileSync("ip", ["netns", "exec", name, "sysctl", "-qw", "net.ipv6.conf.default.accept_dad=0"]);
  }

  #add(pod: number, netns: string): void {
    this.#netns(netns);
    for (const command of [
      `-n ${this.node} link add pod${pod} type veth peer name eth0 netns ${netns}`,
      `-n ${this.node} link set pod${pod} up`,
      `-n ${netns} link set lo up`,
      `-n ${netns} link set eth0 up`,
      `-n ${this.node} addr add 10.0.0.254/32 dev pod${pod}`,
      `-n ${this.node} addr add fd00::fe/128 dev pod${pod} nodad`,
      `-n ${this.node} route add 10.0.0.${pod}/32 dev pod${pod}`,
      `-n ${this.node} -6 route add fd00::${pod}/128 dev pod${pod}`,
      `-n ${netns} addr add 10.0.0.${pod}/32 dev eth0`,
      `-n ${netns} addr add fd00::${pod}/128 dev eth0 nodad`,
      `-n ${netns} route add 10.0.0.254/32 dev eth0`,
      `-n ${netns} route add default via 10.0.0.254`,
      `-n ${netns} -6 route add fd00::fe/128 dev eth0`,
      `-n ${netns} -6 route add default via fd00::fe`,
    ])
      this.#ip(command);
  }

  #ip(command: string): void {
    execFileSync("ip", command.split(" "));
  }

  netns(pod: number): string {
    return `${this.node}-${pod}`;
  }

  inNode(...words: string[]): string {
    return execFileSync("nsenter", [`--net=/run/netns/${this.node}`, ...words], { encoding: "utf8" });
  }

  apply(services: readonly Service[], config: Partial<Config> = {}): void {
    const pods = this.pods.map((pod) => ({
      ...{ name: `shop/${pod}`, interface: `pod${pod}`, addresses: [`10.0.0.${pod}`, `fd00::${pod}`] },
    }));
    const state = Node.state({ ...tablesOf(services), pods }, config);
    this.inNode(LOADER, "services", "apply", "--instance", this.node, state);
  }

  counters(): Record<string, number> {
    return JSON.parse(this.inNode(LOADER, "services", "status", "--instance", this.node)).counters;
  }

  sockets(tools: ServiceObjects, pod: number): Sockets {
    const sockets = new Sockets(tools, this.netns(pod));
    this.#sockets.push(sockets);
    return sockets;
  }

  /** Never fails, for it runs after failures. */
  async remove(): Promise<void> {
    for (const sockets of this.#sockets) await sockets.end();
    const detach = [LOADER, "services", "detach", "--instance", this.node];
    spawnSync("nsenter", [`--net=/run/netns/${this.node}`, ...detach]);
    for (const name of [...this.pods.map((pod) => this.netns(pod)), this.node])
      spawnSync("ip", ["netns", "del", name]);
  }
}
