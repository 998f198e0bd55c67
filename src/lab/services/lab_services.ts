/** Services of a running lab: a dataplane on each node, processes of the nodes, and counters on every link. */
import { sourcesOf } from "../../ir/pod_sources.js";
import type { Inventory } from "../../ir/inventory.js";
import { isFailure } from "../../node/failure.js";
import { judgedLinks } from "../../node/links.js";
import { cgroupRoot } from "../../node/services/cgroup_root.js";
import { slicesFromPods } from "../../services/backends/from_pods.js";
import type { ServiceChange } from "../../services/node/changes.js";
import { NodeServices } from "../../services/node/node_services.js";
import type { EndpointEntry, ServiceObjects, WholeServices } from "../../services/node/services_state.js";
import type { ServiceSettings } from "../../services/settings.js";
import { Capture } from "../capture/capture.js";
import { LabError, forEachOf } from "../command.js";
import type { Lab } from "../lab.js";
import type { LabNode } from "../plan.js";
import { ProbeProcess } from "../probe/probe_process.js";
import { recordCgroups } from "../run/run_record.js";
import { INTERNET_LINK, fabricLink, netnsPath, routeFromOutside } from "../topology.js";
import { countLinks } from "./attribution.js";
import { cgroupOf, makeCgroup } from "./cgroups.js";
import type { Dataplane } from "./dataplane.js";
import { expectationOf, serverAt } from "./expectation.js";
import type { Rules } from "./expectation.js";
import type { Outcome, ServiceRequest, ServiceResult } from "./request.js";

export interface ServicesOptions {
  readonly settings: Partial<ServiceSettings>;
  readonly objects: ServiceObjects;
  readonly dataplane: Dataplane;
  readonly hook?: "auto" | "xdp" | "tc" | "xdp-generic";
  /** Target ports on which nothing listens. */
  readonly unserved?: readonly number[];
}

/** Ports of the clients' own: no two requests have the same one, so that frames tell whose they are. */
const FIRST_SOURCE_PORT = 20000;
/** Of a node to the others and to the outside. */
const LINK = "fabric0";

export class LabServices {
  /** Processes of the nodes, each in its node's cgroup. */
  readonly nodes = new Map<string, ProbeProcess>();
  private readonly index = new Map<string, NodeServices>();
  /** Made when they are asked for: of a change nobody needs the whole. */
  private readonly states = new Map<string, WholeServices>();
  /** Endpoints of service ports whose servers listen. */
  private readonly listening = new Set<string>();
  private nextSourcePort = FIRST_SOURCE_PORT;

  private constructor(
    readonly lab: Lab,
    readonly capture: Capture,
    private readonly options: ServicesOptions,
    private readonly cgroups: ReadonlyMap<string, string>,
  ) {}

  static async start(lab: Lab, options: ServicesOptions): Promise<LabServices> {
    const { plan } = lab;
    const root = await cgroupRoot();
    if (isFailure(root)) throw new LabError(root.error, root.help);
    const cgroups = new Map(plan.nodes.map(({ name }) => [name, cgroupOf(root, plan.name, name)]));
    recordCgroups(plan.name, [...cgroups.values()]);
    for (const path of cgroups.values()) makeCgroup(path);
    const links = [...plan.nodes.map((_, index) => fabricLink(index)), INTERNET_LINK];
    const capture = await Capture.start(netnsPath(plan.fabric), links);
    const services = new LabServices(lab, capture, options, cgroups);
    for (const { name, netns } of plan.nodes)
      services.nodes.set(name, ProbeProcess.start(netnsPath(netns), { name, cgroup: cgroups.get(name)! }));
    return services;
  }

  /** Serves the inventory's services, whatever was served before. */
  async serve(inventory: Inventory, settings = this.options.settings): Promise<void> {
    const slices = [...(inventory.slices ?? []), ...slicesFromPods(inventory).slices];
    const { services, nodes } = inventory;
    const { objects } = this.options;
    await forEachOf(this.lab.plan.nodes, 2, async (node) => {
      const before = this.index.has(node.name) ? this.stateOf(node.name).generation : 0;
      const generation = before + 1;
      const options = { objects, generation, settings };
      const index = new NodeServices(options, await this.describe(node), { services, slices, nodes });
      this.index.set(node.name, index);
      this.states.delete(node.name);
      await this.options.dataplane.apply(node, this.stateOf(node.name));
    });
    this.listening.clear();
    await this.listen();
  }

  /** The microseconds that each node took for a change of what is served; nodes that it does not concern are left out. */
  async update(changes: readonly ServiceChange[]): Promise<number[]> {
    const took: number[] = [];
    let isNew = false;
    const { dataplane } = this.options;
    // A change may be on its way when the next one comes: they go in the order of the calls.
    const { nodes } = this.lab.plan;
    await forEachOf(nodes, nodes.length, async (node) => {
      const index = this.index.get(node.name)!;
      const change = index.update(changes);
      if (!change) return;
      this.states.delete(node.name);
      const put = change.whole ? change.endpoints : change.endpoints.put;
      isNew ||= put.some((endpoint) => !this.listening.has(endpointKey(endpoint)));
      const state = dataplane.wholeOnly ? this.stateOf(node.name) : change;
      took.push((await dataplane.apply(node, state)).microseconds);
    });
    if (isNew) await this.listen();
    return took;
  }

  /** Kills what changes the nodes, at once; what is in force stays, and the next state as a whole starts it again. */
  kill(): void {
    this.options.dataplane.kill();
  }

  /** What a Service is called, by its number. */
  nameOf(number: number): string | undefined {
    return this.index.get(this.ingressNode.name)!.nameOf(number);
  }

  /** The first node that has no endpoint: what comes in by it has to go on. */
  get ingressNode(): LabNode {
    const { nodes } = this.lab.plan;
    const used = new Set(
      this.allStates().flatMap(({ endpoints }) =>
        endpoints.map(({ address }) => serverAt(address, this.lab.plan).node),
      ),
    );
    return nodes.find(({ name }) => !used.has(name)) ?? nodes[0]!;
  }

  /** From outside, the services' own addresses are behind this node. */
  async routeOutsideBy(node: LabNode): Promise<void> {
    const external = this.stateOf(node.name).destinations.filter(({ flags }) => flags.includes("external"));
    await routeFromOutside(
      this.lab.plan,
      external.map(({ address }) => address),
      node,
    );
  }

  stateOf(node: string): WholeServices {
    const state = this.states.get(node) ?? this.index.get(node)!.whole();
    this.states.set(node, state);
    return state;
  }

  private allStates(): WholeServices[] {
    return this.lab.plan.nodes.map(({ name }) => this.stateOf(name));
  }

  /** Asks everything at once, and says of each where its packets went. */
  async ask(requests: readonly ServiceRequest[], rules: Rules, timeoutMs: number): Promise<ServiceResult[]> {
    const from = this.capture.count;
    const asked = await Promise.all(
      requests.map(async (request) => {
        const sourcePort = this.nextSourcePort++;
        const { client, protocol, address, port } = request;
        const answer = await this.probeOf(request).sessions.ask({
          ...{ protocol, address, port, timeoutMs, sourcePort },
          ...(client.kind === "outside" && { source: client.address }),
        });
        return { request, sourcePort, answer };
      }),
    );
    const frames = await this.capture.since(from);
    const ends = this.lab.plan.nodes.map(({ name }) => name);
    return asked.map(({ request, sourcePort, answer }) => {
      const own = { address: request.client.address, port: sourcePort };
      const counts = countLinks(
        frames,
        [...ends.map((_, index) => fabricLink(index)), INTERNET_LINK],
        request.protocol === "TCP" ? 6 : 17,
        answer.seen ? [own, answer.seen] : [own],
      ).map((count, index) => ({ ...count, link: ends[index] ?? "outside" }));
      const ingress = counts.find(({ link }) => link === request.ingressNode)!;
      const server = answer.server === undefined ? undefined : this.serverNamed(answer.server);
      const result = {
        ...{ request, answer, links: counts, found: FOUND[answer.result] ?? ("error" as const) },
        expected: expectationOf(request, rules),
        repliesOnIngress: ingress.replies.in + ingress.replies.out,
        ...(server && { server }),
      };
      return { ...result, wrong: wrongIn(result) };
    });
  }

  async stop(): Promise<void> {
    await Promise.all([...this.nodes.values()].map((probe) => probe.stop()));
    await this.options.dataplane.stop();
    await this.capture.stop();
  }

  private async describe(node: LabNode) {
    const links = await judgedLinks([LINK], netnsPath(node.netns));
    if (isFailure(links)) throw new LabError(links.error, links.help);
    const pods = this.lab.plan.pods.filter((pod) => pod.node.name === node.name);
    return {
      name: node.name,
      links: links.map(({ name }) => ({ name, hook: this.options.hook ?? ("auto" as const) })),
      mtu: Math.min(...links.map(({ mtu }) => mtu)),
      pods: pods.map(({ pod, interface: link, netns }) => ({
        name: `${pod.namespace}/${pod.name}`,
        interface: link,
        ...{ netns: netnsPath(netns), addresses: pod.ips, sources: sourcesOf(pod) },
      })),
      cgroup: this.cgroups.get(node.name)!,
    };
  }

  /** Every endpoint's server, of pods and of the nodes themselves. */
  private async listen(): Promise<void> {
    const states = this.allStates();
    for (const { endpoints } of states)
      for (const endpoint of endpoints) this.listening.add(endpointKey(endpoint));
    const endpoints = states.flatMap((state) =>
      state.endpoints.flatMap(({ address, port, servicePort }) =>
        state.frontends
          .filter((frontend) => frontend.servicePort === servicePort)
          .map(({ protocol }) => ({ server: serverAt(address, this.lab.plan).name, port, protocol })),
      ),
    );
    const isServed = ({ port }: { readonly port: number }) => !(this.options.unserved ?? []).includes(port);
    const names = [...new Set(endpoints.map(({ server }) => server))];
    const known = names.filter(
      (name) =>
        this.nodes.has(name) || this.lab.plan.pods.some(({ pod }) => `${pod.namespace}/${pod.name}` === name),
    );
    await forEachOf(known, known.length, async (name) => {
      const probe = this.nodes.get(name) ?? this.lab.probe(name);
      await probe.listen(endpoints.filter((each) => each.server === name && isServed(each)));
    });
  }

  private probeOf({ client }: ServiceRequest): ProbeProcess {
    return client.kind === "node" ? this.nodes.get(client.name)! : this.lab.probe(client.name);
  }

  private serverNamed(name: string) {
    const pod = this.lab.plan.pods.find((each) => `${each.pod.namespace}/${each.pod.name}` === name);
    return { name, node: pod?.node.name ?? name };
  }
}

function endpointKey({ servicePort, address, port }: EndpointEntry): string {
  return `${servicePort} ${address} ${port}`;
}

const FOUND: Readonly<Record<string, Outcome | "error">> = {
  connected: "connected",
  refused: "refused",
  timeout: "silent",
};

function wrongIn({
  found,
  answer,
  server,
  expected,
  repliesOnIngress,
  request,
}: Omit<ServiceResult, "wrong">): string[] {
  const wrong: string[] = [];
  if (found === "error" || !expected.outcomes.includes(found))
    wrong.push(
      `it is ${found === "error" ? (answer.reason ?? answer.result) : found}, the reference says ${expected.outcomes.join(" or ")}`,
    );
  if (found !== "connected") return wrong;
  const { seen, from } = answer;
  if (!expected.servers.some(({ name }) => name === server?.name))
    wrong.push(
      `${server?.name} answers, the reference says ${expected.servers.map(({ name }) => name).join(" or ")}`,
    );
  if (!expected.sources.includes(seen!.address))
    wrong.push(`the server saw ${seen!.address}, the reference says ${expected.sources.join(" or ")}`);
  if (from!.address !== request.address || from!.port !== request.port)
    wrong.push(`the client's kernel names ${from!.address} ${from!.port} as its peer`);
  if (expected.direct && repliesOnIngress > 0)
    wrong.push(
      `${repliesOnIngress} reply packets are on the link of ${request.ingressNode}, which must have none`,
    );
  return wrong;
}
