/** A lab whose services one dataplane serves, with servers in its pods and a load from outside by the node without a pod. */
import type { ChildProcess } from "node:child_process";
import { execFile, spawn } from "node:child_process";
import { promisify } from "node:util";
import type { Inventory } from "../../../src/ir/inventory.js";
import { run } from "../../../src/lab/command.js";
import { Lab } from "../../../src/lab/lab.js";
import { planLab } from "../../../src/lab/plan.js";
import { labName } from "../../../src/lab/run/run_name.js";
import type { Dataplane } from "../../../src/lab/services/dataplane.js";
import { settingsOf } from "../../../src/lab/services/mode.js";
import type { Mode } from "../../../src/lab/services/mode.js";
import { dataplaneOf } from "../../../src/lab/services/service_session.js";
import { fabricLink, netnsPath, routeFromOutside } from "../../../src/lab/topology.js";
import { NodeServices } from "../../../src/services/node/node_services.js";
import type { ServiceObjects } from "../../../src/services/node/services_state.js";
import { balancerIp } from "../wire/state.js";
import { BALANCERS, TARGET_PORT } from "./cluster.js";

export interface Load {
  readonly requests: number;
  /** Refused or reset; given up after two seconds. */
  readonly failed: number;
  readonly late: number;
  readonly seconds: number;
  /** On the ingress node's link, from the outside and out again. */
  readonly bytesIn: number;
  readonly bytesOut: number;
}

export class ServedLab {
  private readonly servers: ChildProcess[] = [];

  private constructor(
    readonly mode: Mode,
    private readonly lab: Lab,
    private readonly dataplane: Dataplane,
    private readonly load: string,
  ) {}

  /** @param load path of the program `load.c` */
  static async up(
    mode: Mode,
    inventory: Inventory,
    objects: ServiceObjects,
    load: string,
  ): Promise<ServedLab> {
    const plan = planLab(labName(), inventory);
    const lab = await Lab.up(plan);
    const served = new ServedLab(mode, lab, dataplaneOf(mode, plan), load);
    try {
      await served.serve(inventory, objects);
      for (const { netns } of plan.pods) await served.startServer(netns);
      await routeFromOutside(plan, [BALANCERS], plan.nodes[0]!);
      return served;
    } catch (error) {
      await served.down();
      throw error;
    }
  }

  /** For so long, over so many connections to all services in turn. */
  async ask(
    kind: "new" | "kept",
    milliseconds: number,
    connections: number,
    services: number,
  ): Promise<Load> {
    const before = await this.bytes();
    const words = [kind, String(milliseconds), String(connections), balancerIp(0), String(services)];
    const { netns } = this.lab.plan.internet;
    const { stdout } = await promisify(execFile)("nsenter", [
      ...[`--net=${netnsPath(netns)}`, this.load, "ask", ...words],
    ]);
    const after = await this.bytes();
    const asked = JSON.parse(stdout) as Omit<Load, "bytesIn" | "bytesOut">;
    return { ...asked, bytesIn: after.in - before.in, bytesOut: after.out - before.out };
  }

  /** Never fails, for it runs after failures. */
  async down(): Promise<void> {
    for (const server of this.servers) server.kill("SIGKILL");
    await this.dataplane.stop().catch(() => undefined);
    await this.lab.down();
  }

  private async serve({ services, slices = [], nodes }: Inventory, objects: ServiceObjects): Promise<void> {
    const { plan } = this.lab;
    for (const node of plan.nodes) {
      const pods = plan.pods.filter((each) => each.node === node);
      const described = {
        name: node.name,
        links: [{ name: "fabric0", hook: "auto" as const }],
        pods: pods.map(({ pod, interface: link, netns }) => ({
          ...{ name: pod.name, interface: link, netns: netnsPath(netns), addresses: pod.ips, sources: [] },
        })),
      };
      const options = { objects, generation: 1, settings: settingsOf(this.mode) };
      const index = new NodeServices(options, described, { services, slices, nodes });
      await this.dataplane.apply(node, index.whole());
    }
  }

  private startServer(netns: string): Promise<void> {
    const server = spawn("nsenter", [
      ...[`--net=${netnsPath(netns)}`, this.load, "serve", String(TARGET_PORT)],
    ]);
    this.servers.push(server);
    return new Promise((resolve, reject) => {
      server.stdout.once("data", () => resolve());
      server.once("close", (code) => reject(new Error(`load serve ended with ${code}`)));
    });
  }

  /** As the fabric counts them: what it sends goes into the node. */
  private async bytes(): Promise<{ readonly in: number; readonly out: number }> {
    const text = await run("ip", ["-n", this.lab.plan.fabric, "-s", "-j", "link", "show", fabricLink(0)]);
    const [{ stats64 }] = JSON.parse(text) as [{ stats64: { tx: { bytes: number }; rx: { bytes: number } } }];
    return { in: stats64.tx.bytes, out: stats64.rx.bytes };
  }
}
