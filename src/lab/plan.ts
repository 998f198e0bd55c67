/** What a lab consists of, before anything is made: which pod stands on which node, with which names and addresses. */
import { NOTHING_ASKED, podVariants } from "../analysis/semantics/pod_variants.js";
import { impliedNamespace } from "../analysis/semantics/select.js";
import { blockOf, contains, parseAddress } from "../ir/address.js";
import type { Family } from "../ir/address.js";
import type { Inventory, Namespace, Pod } from "../ir/inventory.js";
import { NO_SPAN } from "../source/span.js";
import { AddressPool, unusable } from "./addresses.js";
import { LabError } from "./command.js";
import { describedNodes, hostIn } from "./described_nodes.js";
import type { Fabric } from "./described_nodes.js";

export interface LabNode {
  readonly name: string;
  readonly netns: string;
  /** The loader's instance for this node. */
  readonly instance: string;
  readonly ipv4: string;
  readonly ipv6: string;
}

export interface LabPod {
  /** With `ips` and `node` filled in. */
  readonly pod: Pod;
  readonly netns: string;
  readonly node: LabNode;
  /** Its host side, in the node's network namespace. */
  readonly interface: string;
  /** Ethernet addresses of the two ends of its link. */
  readonly mac: { readonly pod: string; readonly node: string };
}

/** An endpoint outside the cluster. */
export interface Internet {
  readonly netns: string;
  readonly ipv4: string;
  readonly ipv6: string;
  /** Of another client there. */
  readonly other4: string;
  readonly other6: string;
  /** Its addresses on the fabric, the nodes' default gateways. */
  readonly gateway4: string;
  readonly gateway6: string;
}

export interface LabPlan {
  readonly name: string;
  readonly fabric: string;
  readonly internet: Internet;
  readonly nodes: readonly LabNode[];
  readonly pods: readonly LabPod[];
  /** What policies see: the lab's pods, their namespaces, the nodes. */
  readonly inventory: Inventory;
  /** Host-network pods: no policy applies to them, they are left out. */
  readonly hostNetwork: readonly Pod[];
}

const NODES = 2;
const PODS_MAX = 4000;
/** The nodes' network, the first that holds no pod. */
const FABRICS = ["172.30.255.0/24", "192.168.255.0/24", "198.18.255.0/24"];
const INTERNET = { ipv4: "192.0.2.1", ipv6: "2001:db8::1", other4: "198.51.100.1", other6: "2001:db8:1::1" };

/**
 * The plan of a lab called `name`. Pods that name one of its nodes stand there; the others are sorted by namespace and name
 * and dealt out to the nodes in turn. Addresses that the inventory gives are kept; a pod without any gets an IPv4 and an IPv6
 * one from its node's range.
 * @param nodeCount undefined: the nodes of the inventory if they fit (`described_nodes.ts`), else two
 * @throws LabError if the inventory cannot stand in a lab.
 */
export function planLab(name: string, inventory: Inventory, nodeCount?: number): LabPlan {
  const hostNetwork = inventory.pods.filter((pod) => pod.hostNetwork);
  const pods = distinct(inventory.pods.filter((pod) => !pod.hostNetwork).map(asOnePod));
  if (pods.length === 0) throw new LabError("there are no pods to run", "give the workloads' manifests too");
  if (pods.length > PODS_MAX)
    throw new LabError(`${pods.length} pods do not fit one machine; at most ${PODS_MAX}`);
  const taken = takenAddresses(pods);
  const described = nodeCount === undefined ? describedNodes(inventory.nodes, taken) : undefined;
  const fabric = described ?? ownFabric(nodeCount ?? NODES, taken);
  const nodes = fabric.nodes.map((node): LabNode => ({
    ...node,
    netns: `polc-${name}-${labelOf(node.name)}`,
    instance: `${name}-${labelOf(node.name)}`,
  }));
  const placed = placePods(name, pods, nodes, taken);
  return {
    name,
    fabric: `polc-${name}-fabric`,
    internet: {
      netns: `polc-${name}-internet`,
      ...INTERNET,
      gateway4: fabric.gateway4,
      gateway6: fabric.gateway6,
    },
    nodes,
    pods: placed,
    hostNetwork,
    inventory: {
      ...inventory,
      namespaces: completeNamespaces(inventory.namespaces, pods),
      pods: placed.map(({ pod }) => pod),
      nodes: nodes.map(({ name, ipv4, ipv6 }) => ({
        ...(described && inventory.nodes.find((node) => node.name === name)),
        ...{ name, ips: [ipv4, ipv6] },
      })),
    },
  };
}

/** One of the pods that a workload's template stands for. */
export function asOnePod(pod: Pod): Pod {
  return { ...podVariants(pod, NOTHING_ASKED)[0]!, name: pod.name };
}

function ownFabric(count: number, taken: ReadonlySet<string>): Fabric {
  const network = fabricOf(taken);
  return {
    nodes: Array.from({ length: count }, (_, index) => ({
      name: `node-${index + 1}`,
      ipv4: hostIn(network, BigInt(index + 1)),
      ipv6: `fd0c:ffff::${(index + 1).toString(16)}`,
    })),
    gateway4: hostIn(network, 254n),
    gateway6: "fd0c:ffff::fe",
  };
}

function placePods(
  name: string,
  pods: readonly Pod[],
  nodes: readonly LabNode[],
  taken: ReadonlySet<string>,
): LabPod[] {
  const pools = nodes.map((_, index) => ({
    v4: new AddressPool(blockOf(`10.${64 + index}.0.0/16`), taken),
    v6: new AddressPool(blockOf(`fd0c:${(index + 1).toString(16)}::/64`), taken),
  }));
  let dealt = 0;
  return pods.map((pod, index) => {
    const named = nodes.findIndex((node) => node.name === pod.node);
    const at = named >= 0 ? named : dealt++ % nodes.length;
    const node = nodes[at]!;
    const ips = pod.ips.length > 0 ? pod.ips : [pools[at]!.v4.take()!, pools[at]!.v6.take()!];
    const label = labelOf(`${pod.namespace}.${pod.name}`).slice(0, 80);
    return {
      pod: { ...pod, ips, node: node.name },
      netns: `polc-${name}-pod-${index + 1}-${label}`,
      node,
      interface: `pod${index + 1}`,
      mac: { pod: macOf(1, index), node: macOf(2, index) },
    };
  });
}

/** What a name becomes in names of the machine: no text of a manifest reaches a shell or a path as it is. */
function labelOf(name: string): string {
  return name.replace(/[^a-z0-9.-]/g, "_");
}

/** A locally administered address. */
function macOf(side: number, index: number): string {
  return `02:00:00:0${side}:${(index >> 8).toString(16).padStart(2, "0")}:${(index & 255).toString(16).padStart(2, "0")}`;
}

/** Sorted, and no two of one name: a Deployment and a DaemonSet may both be called `web`, their pods are not. */
function distinct(pods: readonly Pod[]): Pod[] {
  const names = new Set<string>();
  const sorted = [...pods].sort((a, b) => compare(a.namespace, b.namespace) || compare(a.name, b.name));
  return sorted.map((pod) => {
    let name = pod.name;
    if (names.has(`${pod.namespace}/${name}`) && pod.workload)
      name = `${name}-${pod.workload.kind.toLowerCase()}`;
    if (names.has(`${pod.namespace}/${name}`))
      throw new LabError(`two pods are called ${pod.namespace}/${name}`);
    names.add(`${pod.namespace}/${name}`);
    return { ...pod, name };
  });
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function takenAddresses(pods: readonly Pod[]): Set<string> {
  const taken = new Set<string>();
  for (const pod of pods)
    for (const ip of pod.ips) {
      const reason = unusable(ip);
      if (reason)
        throw new LabError(
          `pod ${pod.namespace}/${pod.name} cannot have the address ${ip} in a lab: ${reason}`,
        );
      if (taken.has(ip))
        throw new LabError(`two pods have the address ${ip}, one is ${pod.namespace}/${pod.name}`);
      taken.add(ip);
    }
  return taken;
}

function fabricOf(taken: ReadonlySet<string>): string {
  const addresses = [...taken].map((text) => parseAddress(text)!);
  const free = FABRICS.find((text) => !addresses.some((address) => contains(blockOf(text), address)));
  if (!free)
    throw new LabError(`the pods' addresses leave none of ${FABRICS.join(", ")} free for the lab's nodes`);
  return free;
}

function completeNamespaces(given: readonly Namespace[], pods: readonly Pod[]): Namespace[] {
  const names = new Set(given.map((namespace) => namespace.name));
  const missing = [...new Set(pods.map((pod) => pod.namespace))].filter((name) => !names.has(name)).sort();
  return [...given, ...missing.map((name) => ({ ...impliedNamespace(name), span: NO_SPAN }))];
}

/** The pod's address of a family, undefined if it has none. */
export function addressOf(pod: Pick<Pod, "ips">, family: Family): string | undefined {
  return pod.ips.find((ip) => ip.includes(":") === (family === 6));
}
