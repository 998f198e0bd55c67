import { existsSync, readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { parseCaseFile } from "../../src/conformance/case_file.js";
import type { Case } from "../../src/conformance/case_file.js";
import { ENGINES } from "../../src/conformance/engines.js";
import { runAll } from "../../src/conformance/run_all.js";
import { noLab } from "../lab/leftovers.js";

const OWN = "test/conformance/cases";
const PUBLISHED = "../shared/conformance/e2e-netpol.json";
const MINUTES = 60_000;

const readCases = (path: string) => parseCaseFile(readFileSync(path, "utf8"));
const ownCases = () => readdirSync(OWN).flatMap((file) => readCases(join(OWN, file)));

async function run(engine: string, cases: readonly Case[]) {
  const results = await runAll(cases, ENGINES[engine]!, new AbortController().signal, () => undefined);
  const total = (key: "passed" | "failed" | "skipped") =>
    results.reduce((sum, { cells }) => sum + cells[key], 0);
  return {
    failures: results.flatMap(({ name, failures }) => failures.map((failure) => `${name}: ${failure}`)),
    cases: results.filter(({ outcome }) => outcome === "passed").length,
    cells: { passed: total("passed"), skipped: total("skipped") },
  };
}

describe("engine reference", () => {
  test("our cases pass", async () => {
    expect(await run("reference", ownCases())).toEqual({
      failures: [],
      cases: 45,
      cells: { passed: 2586, skipped: 0 },
    });
  });

  test.skipIf(!existsSync(PUBLISHED))("the published cases pass", async () => {
    expect(await run("reference", readCases(PUBLISHED))).toEqual({
      failures: [],
      cases: 49,
      cells: { passed: 5265, skipped: 0 },
    });
  });

  test("an expectation that does not hold fails, with the cell, what was expected and what came", async () => {
    const text = `[{
      "name": "wrong", "suite": "", "validation": [],
      "model": {
        "namespaces": [{ "name": "x", "labels": {} }],
        "pods": [{ "ns": "x", "name": "a", "labels": {} }, { "ns": "x", "name": "b", "labels": {} }],
        "ports": []
      },
      "steps": [{
        "action": "none", "policies": [], "port": 80, "protocol": "TCP",
        "expect": { "default": "allow", "denied": [["x/a", "x/b"]] }
      }]
    }]`;
    expect(await run("reference", parseCaseFile(text))).toEqual({
      failures: ["wrong: step 1 (none): x/a -> x/b 80/TCP: expected deny, got allow"],
      cases: 0,
      cells: { passed: 3, skipped: 0 },
    });
  });
});

describe.skipIf(noLab)("engine kernel", () => {
  test("our cases pass", { timeout: 10 * MINUTES }, async () => {
    expect(await run("kernel", ownCases())).toEqual({
      failures: [],
      cases: 45,
      cells: { passed: 2586, skipped: 0 },
    });
  });

  test.skipIf(!existsSync(PUBLISHED))("the published cases pass", { timeout: 10 * MINUTES }, async () => {
    expect(await run("kernel", readCases(PUBLISHED))).toEqual({
      failures: [],
      cases: 49,
      cells: { passed: 5265, skipped: 0 },
    });
  });
});

describe.skipIf(noLab).each(["lab", "lab-tables"])("engine %s", (lab) => {
  // A pod's connections to itself are skipped: 602 of ours, 585 of the published ones.
  test("our cases pass", { timeout: 10 * MINUTES }, async () => {
    expect(await run(lab, ownCases())).toEqual({
      failures: [],
      cases: 45,
      cells: { passed: 1984, skipped: 602 },
    });
  });

  test.skipIf(!existsSync(PUBLISHED))("the published cases pass", { timeout: 10 * MINUTES }, async () => {
    expect(await run(lab, readCases(PUBLISHED))).toEqual({
      failures: [],
      cases: 49,
      cells: { passed: 4680, skipped: 585 },
    });
  });
});
