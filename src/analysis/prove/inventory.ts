/** The world of the pods that are known. */
import type { Inventory, Pod } from "../../ir/inventory.js";
import { anyPodAddress, knownAddress, outsideAddresses } from "./addresses.js";
import { podTermsByNamespace } from "./pod_terms.js";
import type { AskedPods } from "./pod_terms.js";
import { familiesMeet } from "./world.js";
import type { ClaimWorld, EndPoint, EndQuery, NamespacePoint } from "./world.js";
import { askedLabels, isSamePod, podVariants } from "../semantics/pod_variants.js";
import { nodeAddresses } from "../semantics/node_addresses.js";
import { impliedNamespace, selects, selectsPod } from "../semantics/select.js";

/**
 * Just the pods of the inventory, less those on the host network, which are their nodes. A pod without known
 * addresses may have any; a workload's template stands for several pods.
 */
export function inventoryClaims(inventory: Inventory): ClaimWorld {
  const pods = inventory.pods.filter(({ hostNetwork }) => !hostNetwork);
  const podIps = new Set(pods.flatMap(({ ips }) => ips));
  const nodeIps = nodeAddresses(inventory);
  const allNodeIps = new Set([...nodeIps.values()].flatMap((ips) => [...ips]));
  const namespaces = new Map(inventory.namespaces.map((namespace) => [namespace.name, namespace]));
  const namespaceOf = (pod: Pod) => namespaces.get(pod.namespace) ?? impliedNamespace(pod.namespace);
  const isOwnNode = (ip: string, { node }: Pod) => node !== undefined && nodeIps.get(node)?.has(ip) === true;

  const pointsOf = (query: EndQuery): readonly EndPoint[] => {
    const { within, terms } = query;
    if (within?.kind !== "pods")
      return outsideAddresses(within, terms, podIps, allNodeIps).map(({ ip, family, held }) => {
        const endpoint = { kind: "address", ip: ip! } as const;
        return { endpoint, family, held: new Set(held), anyPortName: false };
      });
    const termsIn = podTermsByNamespace(terms);
    const asked = askedLabels([within, ...terms]);
    return pods
      .flatMap((pod) => podVariants(pod, asked))
      .filter((pod) => selectsPod(within, pod, namespaceOf(pod)))
      .flatMap((pod) => podPoints(pod, namespaceOf(pod), termsIn(namespaceOf(pod)), terms));
  };

  return {
    name: "inventory",
    ends(from, to, limit) {
      const ends = { from: withoutAlike(pointsOf(from), from, to), to: withoutAlike(pointsOf(to), to, from) };
      const truncated = ends.from.length > limit || ends.to.length > limit;
      return { from: ends.from.slice(0, limit), to: ends.to.slice(0, limit), truncated };
    },
    mayMeet(from, to) {
      if (!familiesMeet(from, to)) return false;
      if (from.pod && to.pod) return !isSamePod(from.pod, to.pod);
      const [pod, other] = from.pod ? [from.pod, to] : [to.pod, from];
      return !pod || other.endpoint.kind !== "address" || !isOwnNode(other.endpoint.ip, pod);
    },
  };
}

function podPoints(
  pod: Pod,
  namespace: NamespacePoint,
  podTerms: readonly AskedPods[],
  terms: EndQuery["terms"],
): EndPoint[] {
  const selecting = podTerms.flatMap(({ index, pods }) => (selects(pods.pods, pod.labels) ? [index] : []));
  const addresses = pod.ips.length > 0 ? pod.ips.map((ip) => knownAddress(ip, terms)) : anyPodAddress(terms);
  return addresses.map(({ ip, family, held }) => ({
    endpoint: { kind: "pod", pod, namespace, ...(ip !== undefined && { ip }) },
    family,
    held: new Set([...selecting, ...held]),
    anyPortName: false,
    pod,
  }));
}

/**
 * Of pods that nothing can tell apart two are enough: a pod and another like it. Their nodes tell them apart where the
 * other end may be a node's address.
 */
function withoutAlike(
  points: readonly EndPoint[],
  { portNames }: EndQuery,
  other: EndQuery,
): readonly EndPoint[] {
  const seen = new Map<string, Set<Pod | undefined>>();
  return points.filter(({ held, family, pod }) => {
    const ports = pod?.ports.filter(({ name }) => name !== undefined && portNames.has(name)) ?? [];
    const named = ports.map(({ name, port, protocol }) => [name, port, protocol]);
    const node = other.within?.kind === "pods" ? undefined : pod?.node;
    const id = JSON.stringify([[...held].sort((a, b) => a - b), family, named, node]);
    const alike = seen.get(id) ?? new Set();
    seen.set(id, alike);
    if (alike.size >= 2 && !alike.has(pod)) return false;
    alike.add(pod);
    return true;
  });
}
