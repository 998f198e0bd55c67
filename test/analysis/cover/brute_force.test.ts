/** All that is said about every possible cluster, against a look at every flow of a small universe. */
import fc from "fast-check";
import { expect, test } from "vitest";
import type { Cover } from "../../../src/analysis/cover/cover.js";
import { cover } from "../../../src/analysis/cover/cover.js";
import { matches } from "../../../src/analysis/semantics/decide.js";
import type { Direction } from "../../../src/ir/policy.js";
import { NO_SPAN } from "../../../src/source/span.js";
import { flowsBySet } from "../flows_by_set.js";
import { choice, palette, regionOf } from "../palette.js";
import type { SmallRegion } from "../small_universe.js";

test("a region is covered just when no flow is in it and in none of the others, and what is named as covering it is needed", () => {
  const seen = { complete: 0, together: 0, open: 0, unknown: 0 };
  fc.assert(
    fc.property(
      fc.constantFrom<Direction>("ingress", "egress"),
      palette,
      fc.array(choice, { minLength: 1, maxLength: 6 }),
      (direction, of, choices) => {
        const [target, ...others] = choices.map((each) => regionOf(direction, of, each));
        const result = cover(target!, others);
        seen[result.kind]++;
        if (result.kind === "complete" && result.by.length > 1) seen.together++;
        const wrong = wrongAbout(result, target!, others);
        if (wrong) throw new Error(wrong);
      },
    ),
    { numRuns: 75_000 },
  );
  expect(seen.together).toBeGreaterThan(100);
  expect(seen.open).toBeGreaterThan(seen.complete);
});

/** Bit 0 of a set is the target, the next ones are the others. */
function wrongAbout(result: Cover, target: SmallRegion, others: readonly SmallRegion[]): string | undefined {
  const sets = [...flowsBySet([target, ...others]).keys()].filter((set) => set & 1);
  if (result.kind === "open") {
    const inside = (each: SmallRegion) => matches(ruleOf(each), result.witness);
    if (!inside(target)) return "the witness is outside of the target";
    return others.some(inside) ? "the witness is in another region" : undefined;
  }
  if (result.kind === "unknown") return "nothing is told";
  const bits = others.flatMap((each, i) => (result.by.includes(each) ? [2 << i] : []));
  const all = bits.reduce((a, b) => a | b, 0);
  if (sets.some((set) => (set & all) === 0)) return "what is called complete is open";
  const redundant = bits.find((bit) => sets.every((set) => set & all & ~bit));
  return redundant === undefined ? undefined : `region ${Math.log2(redundant)} is not needed`;
}

function ruleOf(each: SmallRegion) {
  return { ...each, action: "allow" as const, logged: false, span: NO_SPAN };
}
