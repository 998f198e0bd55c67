import fc from "fast-check";
import { expect, test } from "vitest";
import { reachability } from "../../../src/analysis/reachability/reachability.js";
import type { Member } from "../../../src/analysis/reachability/members.js";
import { PROTOCOL_PORTS } from "../flows.js";
import { policies } from "../policies.js";
import { allowedFlows, endName, inventory } from "../diff/known_cluster.js";

function memberName({ at }: Member): string {
  return endName(at[0]!.pod, at[0]!.ip);
}

test("reachability has just the flows between known pods that the reference semantics allow", () => {
  fc.assert(
    fc.property(policies, inventory, (set, known) => {
      // Pods of their own names, so that each is a member of its own.
      const found = new Set<string>();
      for (const { from, to, ports } of reachability({ policies: set, inventory: known }))
        for (const { protocol, port } of PROTOCOL_PORTS)
          if (ports.some((span) => span.protocol === protocol && span.from <= port && port <= span.to))
            found.add(`${memberName(from)} ${memberName(to)} ${protocol} ${port}`);
      expect(found).toEqual(allowedFlows(set, known));
    }),
    { numRuns: 100 },
  );
});
