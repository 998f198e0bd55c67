import fc from "fast-check";
import { expect, test } from "vitest";
import { IntervalIndex } from "../../../src/analysis/sets/interval_index.js";

const interval = fc
  .tuple(fc.nat({ max: 9 }), fc.nat({ max: 9 }))
  .map(([a, b]) => ({ from: Math.min(a, b), to: Math.max(a, b) }));

test("what meets a range is found, its ends included, and nothing else", () => {
  fc.assert(
    fc.property(fc.array(interval), interval, (all, { from, to }) => {
      const found = new Set(new IntervalIndex<number, (typeof all)[number]>(all).meeting(from, to));
      expect(all.filter((each) => found.has(each))).toEqual(
        all.filter((each) => each.from <= to && from <= each.to),
      );
    }),
    { numRuns: 2000 },
  );
});
