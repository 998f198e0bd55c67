/** Which pods of an inventory are on this machine, and which node it is. */
import { hostname, networkInterfaces } from "node:os";
import type { Inventory, Pod } from "../../ir/inventory.js";
import type { LocalPod } from "../../state/node_state.js";
import { podKey } from "../../state/profiles.js";
import type { Failure } from "../failure.js";
import { isFailure } from "../failure.js";
import { INTERFACE_ANNOTATION, NETNS_ANNOTATION, podInterface } from "./interface.js";

export interface ThisNode {
  readonly name: string;
  readonly ips: readonly string[];
}

export interface PodsHere {
  readonly node: ThisNode;
  /** Pods that say by an annotation where they are on this machine. */
  readonly placed: readonly Pod[];
  /** Pods of this node that do not: peers, on which nothing can be enforced. */
  readonly unplaced: readonly Pod[];
}

/**
 * 1. The node is the one named; else the one that all placed pods name, or this machine's host name if they name none.
 * 2. Its addresses are those of its Node object; without one, this machine's own.
 * 3. Pods here are those of the node, and those that name no node.
 */
export function podsHere(inventory: Inventory, named: string | undefined): PodsHere | Failure {
  const placed = inventory.pods.filter(isPlaced);
  if (named === undefined && placed.length === 0)
    return {
      error: "no pod has an annotation that locates it on this machine",
      help: `give pods the annotation ${NETNS_ANNOTATION} or ${INTERFACE_ANNOTATION}`,
    };
  const nodes = [...new Set(placed.flatMap(({ node }) => node ?? []))];
  if (named === undefined && nodes.length > 1)
    return {
      error: `the pods are on several nodes: ${nodes.join(", ")}`,
      help: "name this node with --node",
    };
  const name = named ?? nodes[0] ?? hostname();
  const ips = inventory.nodes.find((node) => node.name === name)?.ips ?? ownAddresses();
  const here = inventory.pods.filter(
    ({ node, ips }) => (node === undefined || node === name) && ips.length > 0,
  );
  return {
    node: { name, ips },
    placed: here.filter((pod) => isPlaced(pod) && !pod.hostNetwork),
    unplaced: here.filter((pod) => !isPlaced(pod) && !pod.hostNetwork),
  };
}

/** Finds every pod's interface; all failures, if there are any. */
export async function locate(pods: readonly Pod[]): Promise<readonly LocalPod[] | readonly Failure[]> {
  const found = await Promise.all(pods.map(async (pod) => ({ pod, interface: await podInterface(pod) })));
  const failures = found.flatMap(({ interface: name }) => (isFailure(name) ? [name] : []));
  if (failures.length > 0) return failures;
  const local = found as LocalPod[];
  const shared = local.filter(
    ({ interface: name }, i) => local.findIndex((other) => other.interface === name) !== i,
  );
  if (shared.length === 0) return local;
  return shared.map(({ pod, interface: name }) => ({
    error: `${podKey(pod)} is at ${name}, where another pod is too`,
  }));
}

function isPlaced({ annotations }: Pod): boolean {
  return annotations?.[INTERFACE_ANNOTATION] !== undefined || annotations?.[NETNS_ANNOTATION] !== undefined;
}

function ownAddresses(): string[] {
  return Object.values(networkInterfaces()).flatMap((addresses) =>
    (addresses ?? []).filter(({ internal }) => !internal).map(({ address }) => address),
  );
}
