/**
 * Network namespaces, veth pairs and routes of a lab. Everything is made inside namespaces of its own; of the host's it
 * changes nothing but the names in /run/netns.
 *
 *   pod eth0 -- podN node ... node fabric0 -- nodeN fabric (a bridge) internet -- eth0 internet
 *
 * A pod's gateway is 169.254.1.1 or fe80::1, on the host side of its veth pair; every address has a host route. Every
 * IPv6 link has link-local addresses, though nothing is sent to them: a router's neighbour solicitations come from its own.
 */
import { forEachOf, run } from "./command.js";
import { addressOf } from "./plan.js";
import type { LabNode, LabPlan, LabPod } from "./plan.js";

/** Commands at once: each mostly waits for the kernel's one lock on network configuration. */
const WIDTH = 4;

/**
 * With more pods than this, neighbours are written down instead of asked for: the kernel's neighbour table has 1024 places for
 * all namespaces of a machine together, and permanent entries take none.
 */
const NEIGHBOURS_ASKED = 200;

/** Of every pod, on the host side of its link. */
export const GATEWAY4 = "169.254.1.1";
export const GATEWAY6 = "fe80::1";

export function netnsPath(netns: string): string {
  return `/run/netns/${netns}`;
}

export function namespacesOf(plan: LabPlan): string[] {
  return [
    plan.fabric,
    plan.internet.netns,
    ...plan.nodes.map((node) => node.netns),
    ...plan.pods.map((pod) => pod.netns),
  ];
}

export async function makeNamespaces(plan: LabPlan): Promise<void> {
  await run("ip", ["-batch", "-"], lines(namespacesOf(plan).map((netns) => `netns add ${netns}`)));
}

export async function removeNamespaces(netns: readonly string[]): Promise<void> {
  // -force: the rest goes even if one is gone already.
  await run("ip", ["-force", "-batch", "-"], lines(netns.map((name) => `netns del ${name}`))).catch(
    () => undefined,
  );
}

/** Routes from outside to addresses of services, which no host has. */
export async function routeFromOutside(
  plan: LabPlan,
  addresses: readonly string[],
  node: LabNode,
): Promise<void> {
  const routes = addresses.map((ip) => `route replace ${ip} via ${ip.includes(":") ? node.ipv6 : node.ipv4}`);
  await configure(plan.internet.netns, [], routes);
}

export async function connectNamespaces(plan: LabPlan): Promise<void> {
  await configure(plan.fabric, [], fabricLinks(plan));
  await forEachOf(plan.nodes, WIDTH, (node) => configure(node.netns, NODE_SETTINGS, nodeLinks(plan, node)));
  await configure(plan.internet.netns, NODE_SETTINGS, internetLinks(plan));
  await forEachOf(plan.pods, WIDTH, (pod) =>
    configure(pod.netns, POD_SETTINGS, podLinks(pod, isLarge(plan))),
  );
}

/** Nodes forward. Of the reverse path filter the larger of `all` and the link's own counts. */
const NODE_SETTINGS = [
  "net/ipv4/ip_forward=1",
  "net/ipv4/conf/all/rp_filter=0",
  "net/ipv4/conf/default/rp_filter=0",
  "net/ipv4/conf/all/send_redirects=0",
  "net/ipv4/conf/default/send_redirects=0",
  "net/ipv6/conf/all/forwarding=1",
];

/** "Port unreachable" is how a pod says that it does not listen on a UDP port: without a limit, or a late one looks like a deny. */
const POD_SETTINGS = ["net/ipv4/icmp_ratemask=0", "net/ipv6/icmp/ratelimit=0", "net/ipv6/icmp/ratemask=0"];

/** Settings and `ip` commands inside a namespace, in one process. Values are the lab's own: no text of a policy file gets here. */
async function configure(
  netns: string,
  settings: readonly string[],
  commands: readonly string[],
): Promise<void> {
  const script = settings
    .map((setting) => setting.replace(/^(.*)=(.*)$/, "echo $2 >/proc/sys/$1"))
    .join("\n");
  await run(
    "nsenter",
    [`--net=${netnsPath(netns)}`, "sh", "-ec", `${script}\nexec ip -batch -`],
    lines(commands),
  );
}

/** The fabric's end of the link to a node, and to the internet: where frames are counted, out of reach of what the nodes run. */
export function fabricLink(index: number): string {
  return `node${index + 1}`;
}
export const INTERNET_LINK = "internet";

function fabricLinks(plan: LabPlan): string[] {
  const ends = [
    ...plan.nodes.map((node, index) => ({ link: fabricLink(index), netns: node.netns, peer: "fabric0" })),
    { link: INTERNET_LINK, netns: plan.internet.netns, peer: "eth0" },
  ];
  return [
    "link set lo up",
    "link add fabric type bridge forward_delay 0 mcast_snooping 0",
    "link set fabric addrgenmode none up",
    ...ends.flatMap(({ link, netns, peer }) => [
      `link add ${link} type veth peer name ${peer} netns ${netns}`,
      `link set ${link} addrgenmode none master fabric up`,
    ]),
  ];
}

function nodeLinks(plan: LabPlan, node: LabNode): string[] {
  const local = plan.pods.filter((pod) => pod.node === node);
  const remote = plan.pods.filter((pod) => pod.node !== node);
  return [
    "link set lo up",
    "link set fabric0 addrgenmode none up",
    `addr add ${node.ipv4}/24 dev fabric0`,
    `addr add ${node.ipv6}/64 dev fabric0 nodad`,
    `addr add fe80::${(plan.nodes.indexOf(node) + 1).toString(16)}/64 dev fabric0 nodad`,
    `route add default via ${plan.internet.gateway4}`,
    `route add ::/0 via ${plan.internet.gateway6}`,
    ...local.flatMap((pod) => [
      `link add ${pod.interface} address ${pod.mac.node} type veth peer name eth0 address ${pod.mac.pod} netns ${pod.netns}`,
      `link set ${pod.interface} addrgenmode none up`,
      `addr add ${GATEWAY4}/32 dev ${pod.interface}`,
      `addr add ${GATEWAY6}/64 dev ${pod.interface} nodad`,
      // Of the node itself packets come from the address that other hosts know it by.
      ...pod.pod.ips.map((ip) => `route add ${ip} dev ${pod.interface} src ${ip.includes(":") ? node.ipv6 : node.ipv4}`),
      ...(isLarge(plan) ? pod.pod.ips.map((ip) => neighbour(ip, pod.mac.pod, pod.interface)) : []),
    ]),
    ...remote.flatMap((pod) => routesTo(pod)),
  ];
}

function internetLinks(plan: LabPlan): string[] {
  const { ipv4, ipv6, other4, other6, gateway4, gateway6 } = plan.internet;
  return [
    "link set lo up",
    "link set eth0 addrgenmode none up",
    `addr add ${gateway4}/24 dev eth0`,
    `addr add ${ipv4}/32 dev lo`,
    `addr add ${other4}/32 dev lo`,
    `addr add ${gateway6}/64 dev eth0 nodad`,
    `addr add fe80::fe/64 dev eth0 nodad`,
    `addr add ${ipv6}/128 dev lo nodad`,
    `addr add ${other6}/128 dev lo nodad`,
    ...plan.pods.flatMap((pod) => routesTo(pod, { 4: ipv4, 6: ipv6 })),
  ];
}

function podLinks({ pod, mac }: LabPod, large: boolean): string[] {
  const [ipv4, ipv6] = [addressOf(pod, 4), addressOf(pod, 6)];
  return [
    "link set lo up",
    "link set eth0 addrgenmode none up",
    ...pod.ips.map((ip) =>
      ip.includes(":") ? `addr add ${ip}/128 dev eth0 nodad` : `addr add ${ip}/32 dev eth0`,
    ),
    ...(ipv4
      ? [`route add ${GATEWAY4} dev eth0 scope link`, `route add default via ${GATEWAY4} src ${ipv4}`]
      : []),
    // Its own link-local address takes the node's solicitations, which come from the gateway's.
    ...(ipv6
      ? ["addr add fe80::2/64 dev eth0 nodad", `route add ::/0 via ${GATEWAY6} dev eth0 src ${ipv6}`]
      : []),
    ...(large && ipv4 ? [neighbour(GATEWAY4, mac.node, "eth0")] : []),
    ...(large && ipv6 ? [neighbour(GATEWAY6, mac.node, "eth0")] : []),
  ];
}

function isLarge(plan: LabPlan): boolean {
  return plan.pods.length > NEIGHBOURS_ASKED;
}

function neighbour(ip: string, mac: string, link: string): string {
  return `neigh add ${ip} lladdr ${mac} dev ${link} nud permanent`;
}

/** Routes from another host of the fabric to a pod. */
function routesTo(pod: LabPod, source?: { 4: string; 6: string }): string[] {
  return pod.pod.ips.map((ip) =>
    ip.includes(":")
      ? `route add ${ip} via ${pod.node.ipv6}${source ? ` src ${source[6]}` : ""}`
      : `route add ${ip} via ${pod.node.ipv4}${source ? ` src ${source[4]}` : ""}`,
  );
}

function lines(commands: readonly string[]): string {
  return commands.map((command) => `${command}\n`).join("");
}
