import type { Inventory, Namespace } from "../ir/inventory.js";
import { NAMESPACE_NAME_LABEL } from "../ir/inventory.js";

/**
 * Merges inventories. A pod's namespace that no manifest declares is added with the one label that the API server sets;
 * namespaces that only policies and services mention are not.
 */
export function mergeInventories(inventories: readonly Inventory[]): Inventory {
  const namespaces: Namespace[] = inventories.flatMap((inventory) => inventory.namespaces);
  const pods = inventories.flatMap((inventory) => inventory.pods);
  const known = new Set(namespaces.map((namespace) => namespace.name));
  for (const pod of pods) {
    if (known.has(pod.namespace)) continue;
    known.add(pod.namespace);
    const labels = Object.freeze({ [NAMESPACE_NAME_LABEL]: pod.namespace });
    namespaces.push(Object.freeze({ name: pod.namespace, labels, implied: true, span: pod.span }));
  }
  return Object.freeze({
    namespaces: Object.freeze(namespaces),
    pods: Object.freeze(pods),
    ended: Object.freeze(inventories.flatMap(({ ended = [] }) => ended)),
    nodes: Object.freeze(inventories.flatMap((inventory) => inventory.nodes)),
    services: Object.freeze(inventories.flatMap((inventory) => inventory.services)),
    slices: Object.freeze(inventories.flatMap(({ slices = [] }) => slices)),
  });
}
