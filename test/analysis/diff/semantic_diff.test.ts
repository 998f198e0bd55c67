import fc from "fast-check";
import { expect, test } from "vitest";
import { decide, decideSide } from "../../../src/analysis/semantics/decide.js";
import { meansTheSame, semanticDiff } from "../../../src/analysis/diff/semantic_diff.js";
import { flow } from "../flows.js";
import { isListed } from "./listed_sets.js";
import { pairs } from "./pairs.js";

const flows = fc.array(flow, { minLength: 60, maxLength: 60 });

test("where no change is found, no side decides any flow differently; where one does, a change is found", () => {
  const seen = { same: 0, different: 0 };
  fc.assert(
    fc.property(pairs, flows, ({ before, after }, makes) => {
      const diff = semanticDiff(before, after);
      expect(diff.complete).toBe(true);
      const same = diff.opened.length + diff.closed.length === 0;
      expect(meansTheSame(before, after)).toBe(same);
      seen[same ? "same" : "different"]++;
      for (const make of makes)
        for (const direction of ["ingress", "egress"] as const) {
          const each = make(direction);
          const [was, is] = [before, after].map((set) => decideSide(set, direction, each).verdict);
          if (was === is) continue;
          const found = is === "allow" ? diff.opened : diff.closed;
          expect(found.some((change) => change.direction === direction && isListed(change, each))).toBe(true);
          if (decide(before, each).verdict === decide(after, each).verdict) continue;
          expect(found.some(({ connection }) => connection === "changed")).toBe(true);
        }
    }),
    { numRuns: 300 },
  );
  expect(seen.same).toBeGreaterThan(30);
  expect(seen.different).toBeGreaterThan(100);
});

test("every witness is decided differently, as a whole where a connection changed", () => {
  const seen = { changed: 0, unchanged: 0 };
  fc.assert(
    fc.property(pairs, ({ before, after }) => {
      const diff = semanticDiff(before, after);
      for (const [changes, verdict] of [
        [diff.opened, "allow"],
        [diff.closed, "deny"],
      ] as const)
        for (const { direction, witness, connection } of changes) {
          expect(decideSide(before, direction, witness).verdict).not.toBe(verdict);
          expect(decideSide(after, direction, witness).verdict).toBe(verdict);
          expect(connection).not.toBe("unknown");
          seen[connection === "changed" ? "changed" : "unchanged"]++;
          if (connection !== "changed") continue;
          expect(decide(before, witness).verdict).not.toBe(verdict);
          expect(decide(after, witness).verdict).toBe(verdict);
        }
    }),
    { numRuns: 500 },
  );
  expect(seen.changed).toBeGreaterThan(300);
  expect(seen.unchanged).toBeGreaterThan(0);
});
