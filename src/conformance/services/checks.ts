/** How each observation is made again, by its key. */
import { healthScript } from "./health_script.js";
import {
  NAMESPACE,
  PORT,
  SERVICES,
  balancerIp,
  clusterIp,
  nodeIp,
  nodePort,
  sampleCluster,
} from "./objects.js";
import type { From, Seen, Target, World } from "./world.js";

export type Check = (world: World) => Promise<Seen>;

type Protocol = "TCP" | "UDP";

const number = (name: string) => SERVICES.find((service) => service.name === name)!.number;
const portOf = (protocol: Protocol) => (protocol === "TCP" ? PORT.tcp : PORT.udp);

/** One connection: which Service, by which of its addresses. */
function once(from: From, target: Target): Check {
  return (world) => world.connect(from, target);
}

function cluster(service: string, protocol: Protocol = "TCP", family: 4 | 6 = 4): Target {
  return { address: clusterIp(number(service), family), port: portOf(protocol), protocol };
}

function node(service: string, by = "node-1", protocol: Protocol = "TCP", family: 4 | 6 = 4): Target {
  const port = nodePort(number(service), protocol === "TCP" ? "tcp" : "udp");
  return { address: nodeIp(by, family), port, protocol };
}

function balancer(service: string): Target {
  return { address: balancerIp(number(service)), port: PORT.tcp };
}

const external = (port = 80): Target => ({ address: balancerIp(108), port });

export const CHECKS: Readonly<Record<string, Check>> = {
  "ClusterIP | pod | ClusterIP | TCP": once("pod", cluster("plain")),
  "ClusterIP | pod | ClusterIP | UDP": once("pod", cluster("plain", "UDP")),
  "ClusterIP | node | ClusterIP | TCP": once("node", cluster("plain")),
  "ClusterIP routed to a node | outside | ClusterIP | TCP": once("outside", cluster("plain")),
  "a port that the Service lacks | pod | ClusterIP | TCP": once("pod", { ...cluster("plain"), port: 4444 }),
  "a port that the Service lacks | pod | ClusterIP | UDP": once("pod", { ...cluster("plain", "UDP"), port: 4444 }),
  "ping of a ClusterIP | pod | ClusterIP | ICMP": (world) => world.ping("pod", clusterIp(1)),
  "an address of the service range that no Service has | pod | ClusterIP | TCP": once("pod", {
    ...{ address: clusterIp(200), port: 80 },
  }),

  "no endpoints | pod | ClusterIP | TCP": once("pod", cluster("none")),
  "no endpoints | pod | ClusterIP | UDP": once("pod", cluster("none", "UDP")),
  "no endpoints | node | ClusterIP | TCP": once("node", cluster("none")),
  "no endpoints | outside | NodePort | TCP": once("outside", node("none")),
  "no endpoints | outside | NodePort | UDP": once("outside", node("none", "node-1", "UDP")),
  "no endpoints, IPv6 | pod | ClusterIP | TCP": once("pod", cluster("none", "TCP", 6)),
  "no endpoints, IPv6 | pod | ClusterIP | UDP": once("pod", cluster("none", "UDP", 6)),

  "externalTrafficPolicy Cluster, backend on another node | outside | NodePort | TCP": once("outside", node("plain")),
  "externalTrafficPolicy Cluster, backend on this node | outside | NodePort | TCP": once("outside", node("twin-a", "node-2")),
  "externalTrafficPolicy Cluster | outside | NodePort | UDP": once("outside", node("plain", "node-1", "UDP")),
  "externalTrafficPolicy Local, no local backend | outside | NodePort | TCP": once("outside", node("local")),
  "externalTrafficPolicy Local, no local backend | outside | NodePort | UDP": once("outside", node("local", "node-1", "UDP")),
  "externalTrafficPolicy Local, local backend | outside | NodePort | TCP": once("outside", node("local", "node-2")),
  "externalTrafficPolicy Local, no local backend, own node | pod | NodePort | TCP": once("pod", node("local")),
  "externalTrafficPolicy Local, no local backend, own address | node | NodePort | TCP": once("node", node("local")),
  "externalTrafficPolicy Local of another node, backends on that one and a third | pod | NodePort | TCP": severalTimes(
    8,
    once("pod", node("local", "node-2")),
  ),
  "NodePort by its own address | node | NodePort | TCP": once("node", node("plain")),
  "NodePort by 127.0.0.1 | node | NodePort | TCP": once("node", { ...node("plain"), address: "127.0.0.1" }),
  "internalTrafficPolicy Local, no local backend | pod | ClusterIP | TCP": once("pod", cluster("inside-local")),
  "internalTrafficPolicy Local, no local backend | pod | ClusterIP | UDP": once("pod", cluster("inside-local", "UDP")),
  "internalTrafficPolicy Local, no local backend | node | ClusterIP | TCP": once("node", cluster("inside-local")),

  "LoadBalancer, Cluster | outside | LoadBalancer | TCP": once("outside", balancer("balancer")),
  "LoadBalancer, Cluster | pod | LoadBalancer | TCP": once("pod", balancer("balancer")),
  "LoadBalancer, Cluster | node | LoadBalancer | TCP": once("node", balancer("balancer")),
  "LoadBalancer, externalTrafficPolicy Local, no local backend | outside | LoadBalancer | TCP": once("outside", balancer("local")),
  "LoadBalancer, externalTrafficPolicy Local, local backend | outside | LoadBalancer | TCP": async (world) => {
    await world.routeBy("node-2", [balancerIp(number("checked"))]);
    return world.connect("outside", balancer("checked"));
  },
  "LoadBalancer, externalTrafficPolicy Local, no local backend | pod | LoadBalancer | TCP": once("pod", balancer("local")),
  "LoadBalancer, externalTrafficPolicy Local, no local backend | node | LoadBalancer | TCP": once("node", balancer("local")),
  "loadBalancerSourceRanges that do not hold the client | outside | LoadBalancer | TCP": once("outside", balancer("ranges")),
  "loadBalancerSourceRanges that do not hold the client | pod | LoadBalancer | TCP": once("pod", balancer("ranges")),
  "loadBalancerSourceRanges that do not hold the client | node | LoadBalancer | TCP": once("node", balancer("ranges")),
  "loadBalancerSourceRanges that do not hold the client | outside | NodePort | TCP": once("outside", node("ranges")),
  "loadBalancerSourceRanges that do not hold the client | pod | ClusterIP | TCP": once("pod", cluster("ranges")),
  "a port that the LoadBalancer lacks | outside | LoadBalancer | TCP": once("outside", { ...balancer("balancer"), port: 4444 }),
  "a port that the LoadBalancer lacks | pod | LoadBalancer | TCP": once("pod", { ...balancer("balancer"), port: 4444 }),
  "ping of a LoadBalancer address | outside | LoadBalancer | ICMP": (world) => world.ping("outside", balancerIp(5)),
  "ipMode Proxy | outside | LoadBalancer | TCP": once("outside", balancer("proxied")),
  "ipMode Proxy | pod | LoadBalancer | TCP": once("pod", balancer("proxied")),

  "externalIPs | outside | externalIP | TCP": once("outside", external()),
  "externalIPs | pod | externalIP | TCP": once("pod", external()),
  "two Services on one external IP, different ports | outside | externalIP | TCP": async (world) => {
    const first = await world.connect("outside", external());
    const second = await world.connect("outside", external(81));
    return first.result === second.result ? second : { result: `${first.result}, then ${second.result}` };
  },
  "a pod reaching itself through its Service | pod | ClusterIP | TCP": once("pod", cluster("self")),
  "dual stack, IPv6 | pod | ClusterIP | TCP": once("pod", cluster("plain", "TCP", 6)),
  "dual stack, IPv6 | outside | NodePort | TCP": once("outside", node("plain", "node-1", "TCP", 6)),
  "trafficDistribution PreferSameNode, none on the node | pod | ClusterIP | TCP": once("pod", cluster("same-node")),
  "named target port | pod | ClusterIP | TCP": once("pod", cluster("named")),
  "publishNotReadyAddresses, pod not ready | pod | ClusterIP | TCP": once("pod", cluster("not-ready")),
  "backend on the host network | pod | ClusterIP | TCP": once("pod", cluster("on-host")),
  "backend on the host network of another node | outside | NodePort | TCP": once("outside", node("on-host")),
  "backend on the host network of this node | outside | NodePort | TCP": once("outside", node("on-host", "node-2")),
  "EndpointSlice by hand, conditions absent | pod | ClusterIP | TCP": once("pod", cluster("by-hand")),
  "only terminating, serving endpoints | pod | ClusterIP | TCP": once("pod", cluster("draining")),
  "only terminating, serving endpoints | outside | NodePort | TCP": once("outside", node("draining")),
  "only terminating, serving endpoints, externalTrafficPolicy Local, on this node | outside | NodePort | TCP": once(
    "outside",
    node("draining-local", "node-2"),
  ),
  "only terminating, serving endpoints, internalTrafficPolicy Local, on this node | node | ClusterIP | TCP": (world) =>
    world.connect("node", cluster("draining-inside"), world.services.nodes.get("node-2")),

  "two NodePorts of two Services, one backend, one client port | outside | NodePort | TCP": async (world) => {
    const sourcePort = world.sourcePort();
    const first = await world.open("outside", { ...node("twin-a"), sourcePort });
    const second = await world.open("outside", { ...node("twin-b"), sourcePort });
    const again = await first.session.ask(1000);
    await first.session.end("reset");
    await second.session.end("reset");
    if (again.result !== "connected") return { result: `the first one is ${again.result} after the second` };
    return { ...second.seen, ...(second.seen.result !== "connected" && { result: `connected, then ${second.seen.result}` }) };
  },
  "established TCP connection after its endpoint left the Service | pod | ClusterIP | TCP": async (world) => {
    const { session, seen } = await world.open("pod", cluster("shrinking"));
    await world.services.update([shrunk("shrinking", seen.answer!.server!)]);
    const again = await session.ask(1000);
    await session.end("reset");
    await world.services.update(whole("shrinking"));
    const same = again.result === "connected" && again.server === seen.answer!.server;
    return { result: same ? "kept" : `${again.result} by ${again.server ?? "nobody"}` };
  },
  "UDP from one source port after its endpoint left | pod | ClusterIP | UDP": async (world) => {
    const { session, seen } = await world.open("pod", cluster("moving", "UDP"));
    await world.services.update([shrunk("moving", seen.answer!.server!)]);
    const again = await session.ask(1000);
    await session.end();
    await world.services.update(whole("moving"));
    const moved = again.result === "connected" && again.server !== seen.answer!.server;
    return { result: moved ? "moves to another endpoint" : `${again.result} by ${again.server ?? "nobody"}` };
  },
  "affinity ClientIP 5 s, a connection every 3 s | pod | ClusterIP | TCP": async (world) => {
    const servers = await serversOf(world, cluster("sticky"), 5, 3000);
    return { result: new Set(servers).size === 1 ? "one backend" : servers.join(", ") };
  },
  // By IPv6, so that the other row's client is another one.
  "affinity ClientIP 5 s, a connection every 6.5 s | pod | ClusterIP | TCP": async (world) => {
    // By chance, the same one of two as often as this is one in two thousand.
    const times = world.mode === "nftables" ? 12 : 3;
    const servers = await serversOf(world, cluster("sticky", "TCP", 6), times, 6500, 2);
    return { result: new Set(servers).size > 1 ? "any backend" : `${servers.length} times ${servers[0]}` };
  },
  "600 connections over two endpoints | pod | ClusterIP | TCP": async (world) => {
    const counts = new Map<string, number>();
    for (let left = 600; left > 0; left -= 50)
      await Promise.all(
        Array.from({ length: 50 }, async () => {
          const { result, answer } = await world.connect("pod", cluster("plain"));
          const server = answer?.server ?? result;
          counts.set(server, (counts.get(server) ?? 0) + 1);
        }),
      );
    return { result: [...counts.values()].sort((a, b) => b - a).join(" to ") };
  },
  "healthCheckNodePort with a local endpoint | outside | healthCheckNodePort | HTTP": (world) => health(world, "node-2", 1),
  "healthCheckNodePort without | outside | healthCheckNodePort | HTTP": (world) => health(world, "node-1", 0),
};

/** Those that change what is served. */
export const CHANGING: ReadonlySet<string> = new Set([
  "established TCP connection after its endpoint left the Service | pod | ClusterIP | TCP",
  "UDP from one source port after its endpoint left | pod | ClusterIP | UDP",
]);

function severalTimes(times: number, check: Check): Check {
  return async (world) => {
    let last: Seen = { result: "" };
    for (let index = 0; index < times; index++) {
      last = await check(world);
      if (last.result !== "connected") return last;
    }
    return last;
  };
}

/** Who answers connections that are opened one after the other; with `enough` different ones it is known. */
async function serversOf(world: World, target: Target, times: number, everyMs: number, enough = times): Promise<string[]> {
  const servers: string[] = [];
  for (let index = 0; index < times && new Set(servers).size < enough; index++) {
    if (index > 0) await new Promise((resolve) => setTimeout(resolve, everyMs));
    const { result, answer } = await world.connect("pod", target);
    servers.push(answer?.server ?? result);
  }
  return servers;
}

function slicesOf(name: string, endpoints?: readonly { readonly of: string }[]) {
  const service = SERVICES.find((each) => each.name === name)!;
  return sampleCluster([{ ...service, ...(endpoints && { endpoints }) }]).slices!;
}

/** The IPv4 slice without the endpoint that answered. */
function shrunk(name: string, server: string) {
  const left = server === `${NAMESPACE}/web-2` ? "pod web-3" : "pod web-2";
  return { kind: "slice" as const, slice: slicesOf(name, [{ of: left }])[0]! };
}

function whole(name: string) {
  return slicesOf(name).map((slice) => ({ kind: "slice" as const, slice }));
}

async function health(world: World, name: string, endpoints: number): Promise<Seen> {
  const check = { namespace: NAMESPACE, name: "checked", port: 32123, localEndpoints: endpoints };
  await world.inNode(name, healthScript([nodeIp(name)], [check]));
  const { status, headers, body } = await world.http(nodeIp(name), check.port, "/anything");
  const weight = (headers as Record<string, string>)["x-load-balancing-endpoint-weight"];
  const expected = { service: { namespace: NAMESPACE, name: "checked" }, localEndpoints: endpoints, serviceProxyHealthy: true };
  const isRight = weight === String(endpoints) && JSON.stringify(JSON.parse(body)) === JSON.stringify(expected);
  return { result: isRight ? String(status) : `${status}, weight ${weight}, ${body}` };
}
