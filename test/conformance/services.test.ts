import { existsSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { BETTER } from "../../src/conformance/services/compare.js";
import { CHECKS } from "../../src/conformance/services/checks.js";
import { parseRows, rowKey } from "../../src/conformance/services/rows.js";
import { runRows } from "../../src/conformance/services/run_rows.js";
import type { Mode } from "../../src/lab/services/mode.js";
import { noLab } from "../lab/leftovers.js";

const PUBLISHED = "../shared/conformance/services.json";
const MINUTES = 60_000;

const rows = () => parseRows(readFileSync(PUBLISHED, "utf8"));

async function run(mode: Mode) {
  const results = await runRows(rows(), mode);
  const of = (outcome: string) => results.filter((each) => each.outcome === outcome);
  return {
    failed: of("failed").map(({ row, why }) => `${rowKey(row)}: ${why}`),
    same: of("same").length,
    better: Object.fromEntries(
      Object.entries(BETTER).map(([name, words]) => [name, of("better").filter(({ why }) => why === words).length]),
    ),
  };
}

test.skipIf(!existsSync(PUBLISHED))("every observation of the published file is made again", () => {
  expect(rows().map(rowKey).sort()).toEqual(Object.keys(CHECKS).sort());
});

describe.skipIf(noLab || !existsSync(PUBLISHED))("what kube-proxy was observed to do", () => {
  test("comes out of the kernel's own NAT by rules of its form", { timeout: 5 * MINUTES }, async () => {
    expect(await run("nftables")).toEqual({
      // kube-proxy deletes the kernel's entry besides, which rules cannot.
      failed: [
        expect.stringMatching(/^UDP from one source port after its endpoint left .*: expected moves to another endpoint, got connected/),
      ],
      same: 70,
      better: { source: 0, hairpin: 0, told: 0, steady: 0, right: 0, refused: 0 },
    });
  });

  test.each(["opt", "ipip", "geneve"] as const)("comes out of direct server return by %s, or better", { timeout: 5 * MINUTES }, async (mode) => {
    expect(await run(mode)).toEqual({
      failed: [],
      same: 52,
      better: { source: 13, hairpin: 1, told: 2, steady: 1, right: 1, refused: 1 },
    });
  });

  test.each(["snat", "hybrid"] as const)("comes out of %s, or better", { timeout: 5 * MINUTES }, async (mode) => {
    const { failed, same, better } = await run(mode);
    expect([failed, same + Object.values(better).reduce((sum, count) => sum + count, 0)]).toEqual([[], 71]);
  });
});
