import fc from "fast-check";
import { expect, test } from "vitest";
import { decide } from "../../../src/analysis/semantics/decide.js";
import { explain } from "../../../src/analysis/semantics/explain.js";
import { explainPorts } from "../../../src/analysis/question/explain_ports.js";
import { flow } from "../flows.js";
import { policies } from "../policies.js";

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
          for (const step of steps) {
            const matching = step.candidates.filter(({ differs }) => differs.length === 0);
            if (step.tier !== "networkpolicy" || isolatedBy.length > 0)
              expect(matching.map(({ rule }) => rule)).toEqual(step.rules.map(({ rule }) => rule));
          }
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

test("ports are put together just when the same rules decide about them, and every port asked for is there once", () => {
  const asked = [
    { protocol: "TCP", from: 1, to: 6 },
    { protocol: "TCP", from: 4, to: 65535 },
    { protocol: "UDP", from: 2, to: 3 },
    { protocol: "other", from: 0, to: 0 },
  ] as const;
  const sample = [1, 2, 3, 4, 5, 6, 7, 65535].map((port) => ({ protocol: "TCP", port }) as const);
  fc.assert(
    fc.property(policies, flow, (all, make) => {
      const ends = make("ingress");
      const answers = explainPorts(all, ends, asked);
      const spans = answers.flatMap(({ ports }) => ports);
      const count = (protocol: string) =>
        spans
          .filter((span) => span.protocol === protocol)
          .reduce((sum, { from, to }) => sum + to - from + 1, 0);
      expect(["TCP", "UDP", "SCTP", "other"].map(count)).toEqual([65535, 2, 0, 1]);
      for (const { protocol, port } of sample) {
        const [answer, ...more] = answers.filter(({ ports }) =>
          ports.some((span) => span.protocol === protocol && span.from <= port && port <= span.to),
        );
        expect(more).toEqual([]);
        const own = explain(all, { ...ends, protocol, port });
        expect(reasons(answer!.explanation)).toEqual(reasons(own));
      }
    }),
    { numRuns: 500 },
  );
});

/** Without the candidates: which of them differ in the port is told for one port only. */
function reasons({ verdict, egress, ingress }: ReturnType<typeof explain>) {
  const told = [egress, ingress].map(({ steps }) => steps.map(({ candidates: _, ...step }) => step));
  return { verdict, told };
}
