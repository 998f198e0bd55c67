import fc from "fast-check";
import { expect, test } from "vitest";
import { decide } from "../../src/analysis/decide.js";
import { explain } from "../../src/analysis/explain.js";
import { flow } from "../analysis/flows.js";
import { policies } from "../analysis/policies.js";

test("an explanation says what the reference semantics say, and its last word is the deciding tier's", () => {
  fc.assert(
    fc.property(
      policies,
      flow,
      fc.constantFrom("ingress" as const, "egress" as const),
      (all, make, direction) => {
        const each = make(direction);
        const explained = explain(all, each);
        const decided = decide(all, each);
        expect(explained.verdict).toBe(decided.verdict);
        for (const side of ["ingress", "egress"] as const) {
          const { steps, verdict } = explained[side];
          const { tier, rules, isolatedBy } = decided[side];
          expect(verdict).toBe(decided[side].verdict);
          const last = steps.at(-1);
          if (tier) expect(last).toMatchObject({ tier, outcome: verdict, rules, isolatedBy });
          else expect(steps.every(({ outcome }) => outcome === "silent" || outcome === "pass")).toBe(true);
          expect(steps.slice(0, -1).every(({ outcome }) => outcome === "silent" || outcome === "pass")).toBe(
            true,
          );
        }
      },
    ),
    { numRuns: 5000 },
  );
});
