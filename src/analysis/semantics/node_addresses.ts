import type { Inventory } from "../../ir/inventory.js";

/** The addresses of each node: those of its Node object, and those of its pods on the host network. */
export function nodeAddresses({ nodes, pods }: Inventory): ReadonlyMap<string, ReadonlySet<string>> {
  const found = new Map(nodes.map(({ name, ips }) => [name, new Set(ips)]));
  for (const { hostNetwork, node, ips } of pods) {
    if (!hostNetwork || node === undefined) continue;
    const known = found.get(node) ?? new Set();
    for (const ip of ips) known.add(ip);
    found.set(node, known);
  }
  return found;
}
