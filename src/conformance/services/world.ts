/** The lab that observations are made in: three nodes, their pods, a client outside, and captures where clients are. */
import { spawn } from "node:child_process";
import { join } from "node:path";
import type { Inventory } from "../../ir/inventory.js";
import { Capture } from "../../lab/capture/capture.js";
import type { Frame } from "../../lab/capture/capture.js";
import { directionOf } from "../../lab/services/attribution.js";
import { LabError, run } from "../../lab/command.js";
import { INTERNET, Lab } from "../../lab/lab.js";
import { planLab } from "../../lab/plan.js";
import type { LabNode } from "../../lab/plan.js";
import type { ProbeProcess } from "../../lab/probe/probe_process.js";
import type { Answer, Session } from "../../lab/probe/sessions.js";
import { requireLab } from "../../lab/run/requirements.js";
import { runDirectory } from "../../lab/run/run_record.js";
import { labName } from "../../lab/run/run_name.js";
import { LabServices } from "../../lab/services/lab_services.js";
import { settingsOf } from "../../lab/services/mode.js";
import type { Mode } from "../../lab/services/mode.js";
import { serviceObjects } from "../../lab/services/service_objects.js";
import { dataplaneOf } from "../../lab/services/service_session.js";
import { INTERNET_LINK, netnsPath, routeFromOutside } from "../../lab/topology.js";
import { NAMESPACE, SERVICES, balancerIp, nodeIp, sampleCluster } from "./objects.js";
import type { SampleService } from "./objects.js";

export type From = "pod" | "node" | "outside";

export interface Target {
  readonly address: string;
  readonly port: number;
  readonly protocol?: "TCP" | "UDP";
  /** Of the client, which is otherwise one that nobody had. */
  readonly sourcePort?: number;
}

export interface Seen {
  /** In the words of the observations. */
  readonly result: string;
  /** Whose address the server saw: the client's, a node's, or what stands for a pod that reaches itself. */
  readonly source?: string;
  readonly answer?: Answer;
}

export interface WorldOptions {
  readonly services?: readonly SampleService[];
  /** Where the programs of the nodes' links are. */
  readonly hook?: "auto" | "xdp" | "tc" | "xdp-generic";
}

/** Target ports on which nothing listens. */
export const UNSERVED: readonly number[] = [9999];

export const CLIENT = `${NAMESPACE}/client`;
/** Services' addresses that no node may send on, or they would go round between the nodes and their gateway. */
const SERVICE_BLOCKS = ["203.0.113.0/24", "10.96.0.0/16", "fd96::/64"];
const SILENCE_MS = 1200;

export class World {
  private nextSourcePort = 30000;
  private readonly helpers: (() => void)[] = [];

  private constructor(
    readonly mode: Mode,
    readonly lab: Lab,
    readonly services: LabServices,
    private readonly podLink: Capture,
  ) {}

  static async up(mode: Mode, { services: samples = SERVICES, hook = "auto" }: WorldOptions = {}): Promise<World> {
    requireLab();
    const cluster = sampleCluster(samples);
    const plan = planLab(labName(), cluster);
    const lab = await Lab.up(plan);
    try {
      const settings = settingsOf(mode, { externalIps: true });
      const services = await LabServices.start(lab, {
        ...{ settings, dataplane: dataplaneOf(mode, plan), hook, unserved: UNSERVED },
        objects: await serviceObjects(mode, join(runDirectory(plan.name), "services")),
      });
      const netns = lab.endpoints().get(CLIENT)!;
      const world = new World(mode, lab, services, await Capture.start(netnsPath(netns), ["eth0"]));
      try {
        await world.settle(cluster);
        return world;
      } catch (error) {
        await world.down();
        throw error;
      }
    } catch (error) {
      await lab.down();
      throw error;
    }
  }

  /** Routes and services. */
  private async settle(cluster: Inventory): Promise<void> {
    const { plan } = this.lab;
    await this.services.serve(cluster);
    await this.lab.probe(CLIENT).listen([{ protocol: "TCP", port: 8080 }]);
    for (const node of plan.nodes) for (const block of SERVICE_BLOCKS) await stopAt(node, block);
    const balancers = Array.from({ length: 120 }, (_, index) => balancerIp(index + 1));
    await routeFromOutside(plan, [...balancers, "10.96.0.0/16"], this.node("node-1"));
  }

  /** What comes in for these addresses comes in by this node from now on. */
  routeBy(name: string, addresses: readonly string[]): Promise<void> {
    return routeFromOutside(this.lab.plan, addresses, this.node(name));
  }

  node(name: string): LabNode {
    return this.lab.plan.nodes.find((node) => node.name === name)!;
  }

  probe(from: From): ProbeProcess {
    return from === "node"
      ? this.services.nodes.get("node-1")!
      : this.lab.probe(from === "pod" ? CLIENT : INTERNET);
  }

  sourcePort(): number {
    return this.nextSourcePort++;
  }

  /** One request: what the client gets, as it is seen on the client's own link. */
  async connect(from: From, target: Target, probe = this.probe(from)): Promise<Seen> {
    const { session, seen } = await this.open(from, target, probe);
    await session.end("reset");
    return seen;
  }

  /** As `connect`, and the connection stays. */
  async open(
    from: From,
    { address, port, protocol = "TCP", sourcePort = this.sourcePort() }: Target,
    probe = this.probe(from),
  ): Promise<{ session: Session; seen: Seen }> {
    const capture = from === "pod" ? this.podLink : this.services.capture;
    const before = capture.count;
    const session = await probe.sessions.open({
      ...{ protocol, address, port, sourcePort, timeoutMs: SILENCE_MS },
      ...(from === "outside" && { source: this.ownAddress(from, address) }),
    });
    const own = { address: this.ownAddress(from, address), port: sourcePort };
    const frames = (await capture.since(before)).filter((frame) => from !== "outside" || frame.link === INTERNET_LINK);
    const number = protocol === "TCP" ? 6 : 17;
    const replies = frames.filter(({ packet }) => packet && directionOf(packet, number, [own]) === "reply");
    return { session, seen: this.judge(session.first, replies, own.address) };
  }

  /** The client's own address that its kernel takes for this one. */
  ownAddress(from: From, to: string): string {
    const family = to.includes(":") ? 6 : 4;
    const { internet, pods } = this.lab.plan;
    if (from === "outside") return family === 4 ? internet.ipv4 : internet.ipv6;
    if (to === "127.0.0.1") return to;
    if (from === "node") return nodeIp("node-1", family);
    const { pod } = pods.find(({ pod: { name } }) => name === "client")!;
    return pod.ips.find((ip) => ip.includes(":") === (family === 6))!;
  }

  /** An echo request, which no port of a service is meant by. */
  async ping(from: From, address: string): Promise<Seen> {
    const capture = from === "pod" ? this.podLink : this.services.capture;
    const before = capture.count;
    const attempt = { protocol: "ICMP" as const, address, port: 0, timeoutMs: 500 };
    const { result } = await this.probe(from).attempt(attempt);
    const frames = await capture.since(before);
    const refused = frames.some(({ packet }) => isUnreachable(packet) && packet?.icmp?.quoted?.destination === address);
    return { result: result === "connected" ? result : refused ? "icmp port-unreachable" : "silent" };
  }

  /** A request by HTTP from outside: status, headers and body. */
  async http(address: string, port: number, path: string): Promise<{ status: number; headers: object; body: string }> {
    const script = `const r = await fetch("http://${address}:${port}${path}");
      console.log(JSON.stringify({ status: r.status, headers: Object.fromEntries(r.headers), body: await r.text() }));`;
    const netns = this.lab.plan.internet.netns;
    const args = [`--net=${netnsPath(netns)}`, process.execPath, "--input-type=module", "-e", script];
    return JSON.parse(await run("nsenter", args)) as { status: number; headers: object; body: string };
  }

  /** Runs a module inside a node's network namespace until the world ends; resolves when it has printed a line. */
  inNode(name: string, script: string): Promise<void> {
    const args = [`--net=${netnsPath(this.node(name).netns)}`, process.execPath, "--input-type=module", "-e", script];
    const child = spawn("nsenter", args, { stdio: ["ignore", "pipe", "inherit"] });
    this.helpers.push(() => child.kill("SIGKILL"));
    return new Promise((resolve, reject) => {
      child.stdout.once("data", () => resolve());
      child.once("close", (code) => reject(new LabError(`a process of ${name} ended with ${code}`)));
    });
  }

  async down(): Promise<void> {
    for (const end of this.helpers) end();
    await this.podLink.stop();
    await this.services.stop();
    await this.lab.down();
  }

  private judge(answer: Answer, replies: readonly Frame[], own: string): Seen {
    const result = resultOf(answer, replies);
    const { seen } = answer;
    return { result, answer, ...(seen && { source: this.ownerOf(seen.address, own) }) };
  }

  private ownerOf(address: string, own: string): string {
    const { nodes } = this.lab.plan;
    if (address === own) return nodes.some(({ ipv4, ipv6 }) => own === ipv4 || own === ipv6) ? "node" : "client";
    if (nodes.some(({ ipv4, ipv6 }) => address === ipv4 || address === ipv6)) return "node";
    if (address === "169.254.1.1" || address === "fe80::1") return "node";
    return address.startsWith("169.254.42.") ? "hairpin" : address;
  }
}

function resultOf({ result, reason }: Answer, replies: readonly Frame[]): string {
  if (result === "timeout") return replies.length === 0 ? "silent" : "silent but for some packets";
  if (result === "connected") return result;
  if (replies.some(({ packet }) => isUnreachable(packet))) return "icmp port-unreachable";
  if (replies.some(({ packet }) => packet?.tcp?.flags.includes("R"))) return "reset";
  return reason === undefined ? result : `${result} ${reason}`;
}

/** Port unreachable, of either family. */
function isUnreachable(packet: Frame["packet"]): boolean {
  const { type, code } = packet?.icmp ?? {};
  return packet?.family === 4 ? type === 3 && code === 3 : type === 1 && code === 4;
}

/** What arrives for these addresses and is nobody's ends here, instead of going back where it came from. */
async function stopAt({ netns }: LabNode, block: string): Promise<void> {
  const family = block.includes(":") ? ["-6"] : [];
  await run("ip", ["-n", netns, ...family, "rule", "add", "iif", "fabric0", "to", block, "blackhole"]);
}
