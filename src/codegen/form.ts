/** Which form a policy set gets: straight code while it is the faster of the two, else a table. Never seen in a verdict. */
import type { Item, Statement, Test } from "./c.js";

export type Form = "specialised" | "table";

/**
 * A table costs a packet about 5 ns more than the shortest code and then grows no more; code costs 0.34 ns for each test
 * that it makes, and half of that for each selector that does not select (`npm run bench`, denied packets). Up to here a
 * set stays code that a person can read; past it a table is always faster.
 */
export const SPECIALISED_COST_MAX = 48;

/** Jumps in BPF reach 32,767 instructions and the verifier looks at a million: no code is larger than this. */
const SPECIALISED_TESTS_MAX = 2048;

export function formOf(functions: readonly Item[]): Form {
  const fits = sum(functions, ({ tests }) => tests) <= SPECIALISED_TESTS_MAX;
  return fits && costOf(functions) <= SPECIALISED_COST_MAX ? "specialised" : "table";
}

/** The tests that a packet may meet, in the direction that has more of them: selectors passed over count half. */
export function costOf(functions: readonly Item[]): number {
  return Math.max(
    ...(["ingress", "egress"] as const).map((direction) => {
      const tiers = functions.filter((item) => item.kind === "tier" && item.direction === direction);
      const selected = new Map<string, number>();
      const passed = sum(tiers, (size) => size.selectors);
      for (const item of tiers)
        for (const [selector, tests] of sizeOf(item).within)
          selected.set(selector, (selected.get(selector) ?? 0) + tests);
      return passed / 2 + Math.max(0, ...selected.values());
    }),
  );
}

interface Size {
  readonly tests: number;
  /** Tests of the subject at the outermost level. */
  readonly selectors: number;
  /** Tests that follow if a selector holds, by the selector; "" for those that no selector guards. */
  readonly within: ReadonlyMap<string, number>;
}

function sizeOf(item: Item): Size {
  const within = new Map<string, number>();
  let selectors = 0;
  let tests = 0;
  for (const statement of item.kind === "tier" ? item.body : []) {
    if (statement.kind !== "if") continue;
    const all = statement.condition.flat();
    const guards = all.filter((test): test is Test & { kind: "selected" } => test.kind === "selected");
    const inner = all.length - guards.length + testsIn(statement.body);
    selectors += guards.length;
    tests += guards.length + inner;
    for (const guard of guards.length > 0 ? guards.map(({ bit }) => String(bit)) : [""])
      within.set(guard, (within.get(guard) ?? 0) + inner);
  }
  return { tests, selectors, within };
}

function testsIn(body: readonly Statement[]): number {
  return body.reduce(
    (total, statement) =>
      statement.kind === "if" ? total + statement.condition.flat().length + testsIn(statement.body) : total,
    0,
  );
}

function sum(items: readonly Item[], of: (size: Size) => number): number {
  return items.reduce((total, item) => total + of(sizeOf(item)), 0);
}
