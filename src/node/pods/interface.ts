/** Where a pod is on this machine: the node's end of the veth pair whose other end is in the pod. */
import { existsSync } from "node:fs";
import type { Pod } from "../../ir/inventory.js";
import { podKey } from "../../state/profiles.js";
import type { Failure } from "../failure.js";
import { failureOf, isFailure } from "../failure.js";
import { missingTool } from "../missing_tool.js";
import { inNetns, run } from "../process.js";

/** Annotations of a pod that say where it is: one of them is needed. */
export const INTERFACE_ANNOTATION = "polc.dev/interface";
export const NETNS_ANNOTATION = "polc.dev/netns";

/** What `ip -j address` prints of a link. */
export interface Link {
  readonly ifindex: number;
  readonly ifname: string;
  /** The other end's index, in its network namespace. */
  readonly link_index?: number;
  /** `veth` and so on; left out: a device of its own. */
  readonly linkinfo?: { readonly info_kind?: string };
  readonly addr_info?: readonly { readonly local?: string; readonly scope?: string }[];
}

/** The path of a network namespace given by path or by a name that `ip netns` knows. */
export function netnsPath(nameOrPath: string): string {
  return nameOrPath.startsWith("/") ? nameOrPath : `/run/netns/${nameOrPath}`;
}

/** The interface of a pod by its annotations. `nodeNetns`: path of the namespace that the node's interfaces are in. */
export async function podInterface(
  pod: Pick<Pod, "namespace" | "name" | "ips"> & { readonly annotations?: Readonly<Record<string, string>> },
  nodeNetns?: string,
): Promise<string | Failure> {
  const named = pod.annotations?.[INTERFACE_ANNOTATION];
  if (named !== undefined) return checkInterface(named, pod, nodeNetns);
  const netns = pod.annotations?.[NETNS_ANNOTATION];
  if (netns !== undefined) return hostInterface(netnsPath(netns), pod, nodeNetns);
  return {
    error: `${podKey(pod)} does not say where it is on this machine`,
    help: `give it the annotation ${NETNS_ANNOTATION} or ${INTERFACE_ANNOTATION}`,
  };
}

async function checkInterface(
  name: string,
  pod: Pick<Pod, "namespace" | "name">,
  nodeNetns: string | undefined,
): Promise<string | Failure> {
  const links = await linksIn(nodeNetns);
  if (isFailure(links)) return links;
  if (links.some((link) => link.ifname === name)) return name;
  return {
    error: `there is no interface ${JSON.stringify(name)} on this node, which ${podKey(pod)} names`,
    help: `correct its annotation ${INTERFACE_ANNOTATION}`,
  };
}

/**
 * 1. In the pod's namespace, the link that has one of the pod's addresses.
 * 2. On the node, the link with the index that link names, if it names the pod's link in turn: indices are unique in
 *    one namespace only.
 */
export async function hostInterface(
  netns: string,
  pod: Pick<Pod, "namespace" | "name" | "ips">,
  nodeNetns?: string,
): Promise<string | Failure> {
  if (!existsSync(netns))
    return { error: `there is no network namespace ${netns}, which ${podKey(pod)} names` };
  const [inside, outside] = await Promise.all([linksIn(netns), linksIn(nodeNetns)]);
  if (isFailure(inside)) return inside;
  if (isFailure(outside)) return outside;
  return otherEnd(netns, pod, inside, outside);
}

/** The same, of links that are known. */
export function otherEnd(
  netns: string,
  pod: Pick<Pod, "namespace" | "name" | "ips">,
  inside: readonly Link[],
  outside: readonly Link[],
): string | Failure {
  const own = inside.find(({ addr_info }) =>
    addr_info?.some(({ local }) => local && pod.ips.includes(local)),
  );
  if (!own)
    return {
      error: `no link in ${netns} has an address of ${podKey(pod)} (${pod.ips.join(", ") || "it has none"})`,
      help: "correct the pod's status.podIPs or its network namespace",
    };
  const peer = outside.find(
    ({ ifindex, link_index }) => ifindex === own.link_index && link_index === own.ifindex,
  );
  if (peer) return peer.ifname;
  return {
    error: `the other end of ${own.ifname} of ${podKey(pod)} is not in the node's network namespace`,
    help: "polc needs pods that a veth pair joins to their node",
  };
}

/** The links of a network namespace with their addresses; undefined: this one. */
export async function linksIn(netns: string | undefined): Promise<readonly Link[] | Failure> {
  try {
    const missing = missingTool("ip");
    if (missing) return missing;
    const { code, stdout, stderr } = await run(
      inNetns(netns, ["ip", "-details", "-json", "address", "show"]),
    );
    if (code !== 0) return { error: `ip address: ${stderr.trim()}` };
    return (JSON.parse(stdout || "[]") as Partial<Link>[]).filter(
      (link): link is Link => link.ifindex !== undefined,
    );
  } catch (error) {
    return failureOf("ip address", error);
  }
}
