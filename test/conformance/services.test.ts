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

async function run(mode: Mode, wanted: (name: string) => boolean = () => true) {
  const results = await runRows(
    rows().filter(({ name }) => wanted(name)),
    mode,
  );
  const of = (outcome: string) => results.filter((each) => each.outcome === outcome);
  return {
    failed: of("failed").map(({ row, why }) => `${rowKey(row)}: ${why}`),
    same: of("same").length,
    better: Object.fromEntries(
      Object.entries(BETTER).map(([name, words]) => [
        name,
        of("better").filter(({ why }) => why === words).length,
      ]),
    ),
  };
}

test.skipIf(!existsSync(PUBLISHED))("every observation of the published file is made again", () => {
  expect(rows().map(rowKey).sort()).toEqual(Object.keys(CHECKS).sort());
});

describe.skipIf(noLab || !existsSync(PUBLISHED))("what kube-proxy was observed to do", () => {
  test("comes out of the kernel's own NAT by rules of its form", { timeout: 5 * MINUTES }, async () => {
    // Affinity is the kernel's own sets with time-outs there: not what this shows.
    expect(await run("nftables", (name) => !name.startsWith("affinity"))).toEqual({
      // kube-proxy deletes the kernel's entry besides, which rules cannot.
      failed: [
        expect.stringMatching(
          /^UDP from one source port after its endpoint left .*: expected moves to another endpoint, got connected/,
        ),
      ],
      same: 68,
      better: { source: 0, hairpin: 0, told: 0, steady: 0, right: 0, refused: 0 },
    });
  });

  test.each(["opt", "ipip", "geneve"] as const)(
    "comes out of direct server return by %s, or better",
    { timeout: 5 * MINUTES },
    async (mode) => {
      const { failed, same, better } = await run(mode);
      // Three connections get the same one of two endpoints once in four times.
      expect([failed, same + better["steady"]!]).toEqual([[], 53]);
      expect(better).toMatchObject({ source: 13, hairpin: 1, told: 2, right: 1, refused: 1 });
    },
  );

  test.each(["snat", "hybrid"] as const)(
    "comes out of %s, or better",
    { timeout: 5 * MINUTES },
    async (mode) => {
      const { failed, same, better } = await run(mode);
      expect([failed, same + Object.values(better).reduce((sum, count) => sum + count, 0)]).toEqual([[], 71]);
    },
  );
});
