import fc from "fast-check";
import { expect, test } from "vitest";
import type { Endpoint } from "../../src/analysis/semantics/decide.js";
import { decideSide } from "../../src/analysis/semantics/decide.js";
import type { Bundle } from "../../src/bundle/bundle.js";
import { describeSets } from "../../src/bundle/describe.js";
import { bundleOrder } from "../../src/codegen/policy_set.js";
import type { Manifest } from "../../src/bundle/manifest.js";
import type { Inventory } from "../../src/ir/inventory.js";
import { Reference } from "../../src/verify/reference.js";
import { ADDRESSES, inventory, policies } from "../state/arbitrary_cluster.js";

/** Every pod at each of its addresses, and every address that is no pod's. */
function endsOf({ pods, namespaces }: Inventory): readonly Endpoint[] {
  const ofPods = pods.flatMap((pod) =>
    pod.ips.map((ip): Endpoint => {
      const namespace = namespaces.find(({ name }) => name === pod.namespace)!;
      return { kind: "pod", pod, namespace, ip };
    }),
  );
  const held = new Set(pods.flatMap(({ ips }) => ips));
  const outside = ADDRESSES.filter((ip) => !held.has(ip));
  return [...ofPods, ...outside.map((ip): Endpoint => ({ kind: "address", ip }))];
}

test("what is expected of a packet is what the reference says, with the set's numbers of its rules", () => {
  let decided = 0;
  fc.assert(
    fc.property(policies, inventory, (given, cluster) => {
      const ordered = bundleOrder(given);
      const rules = ordered.flatMap((policy) => policy.rules);
      const ends = endsOf(cluster);
      for (const layout of describeSets(ordered)) {
        const set: Manifest["sets"][number] = { ...layout, form: "table" };
        const reference = new Reference({ policies: ordered } as unknown as Bundle, set);
        const own = set.policies.map((index) => ordered[index]!);
        const subjects = ends.filter((end) => end.kind === "pod" && end.pod.namespace === set.namespace);
        for (const subject of subjects)
          for (const peer of ends)
            for (const direction of ["ingress", "egress"] as const)
              for (const [protocol, port] of [
                ["TCP", 80],
                ["UDP", 53],
                ["TCP", 8080],
                ["other", 0],
              ] as const) {
                const [from, to] = direction === "ingress" ? [peer, subject] : [subject, peer];
                const flow = { from, to, protocol, port };
                const said = decideSide(own, direction, flow);
                const numbers = said.rules.map(({ rule }) => set.rules.indexOf(rules.indexOf(rule) + 1) + 1);
                expect(reference.expected(direction, flow, peer)).toEqual({
                  verdict: said.verdict,
                  rules: numbers.length > 0 ? numbers : [0],
                });
                decided += numbers.length > 0 ? 1 : 0;
              }
      }
    }),
    { numRuns: 60 },
  );
  expect(decided).toBeGreaterThan(1000);
});
