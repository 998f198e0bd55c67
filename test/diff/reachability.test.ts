import fc from "fast-check";
import { expect, test } from "vitest";
import { decide } from "../../src/analysis/decide.js";
import type { Endpoint, Flow } from "../../src/analysis/decide.js";
import { reachability } from "../../src/analysis/reachability/reachability.js";
import type { Inventory, Pod } from "../../src/ir/inventory.js";
import { PROTOCOL_PORTS } from "../analysis/flows.js";
import { policies } from "../analysis/policies.js";
import { inventory } from "./known_cluster.js";

function ends(pod: Pod, { namespaces }: Inventory): readonly Endpoint[] {
  const namespace = namespaces.find(({ name }) => name === pod.namespace)!;
  if (pod.ips.length === 0) return [{ kind: "pod", pod, namespace }];
  return pod.ips.map((ip) => ({ kind: "pod", pod, namespace, ip }));
}

function familyOf(end: Endpoint): string {
  return end.ip === undefined ? "any" : end.ip.includes(":") ? "6" : "4";
}

/** Every allowed flow between two pods, as text. */
function bruteForce(set: Parameters<typeof decide>[0], known: Inventory): Set<string> {
  const found = new Set<string>();
  for (const a of known.pods)
    for (const b of known.pods)
      for (const from of ends(a, known))
        for (const to of ends(b, known)) {
          const families = new Set([familyOf(from), familyOf(to)]);
          if (a === b || (families.has("4") && families.has("6"))) continue;
          for (const what of PROTOCOL_PORTS) {
            const flow: Flow = { from, to, ...what };
            if (decide(set, flow).verdict === "allow")
              found.add(`${a.name} ${b.name} ${what.protocol} ${what.port}`);
          }
        }
  return found;
}

test("reachability has just the flows between known pods that the reference semantics allow", () => {
  fc.assert(
    fc.property(policies, inventory, (set, known) => {
      // Pods of their own names, so that each is a member of its own.
      const found = new Set<string>();
      for (const { from, to, ports } of reachability({ policies: set, inventory: known }))
        for (const { protocol, port } of PROTOCOL_PORTS)
          if (ports.some((span) => span.protocol === protocol && span.from <= port && port <= span.to))
            found.add(`${from.name.slice(2)} ${to.name.slice(2)} ${protocol} ${port}`);
      expect(found).toEqual(bruteForce(set, known));
    }),
    { numRuns: 300 },
  );
});
