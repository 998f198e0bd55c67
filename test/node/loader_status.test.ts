import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { COUNTER_MEANINGS } from "../../src/node/loader_status.js";

test("every counter of the programs has its words, and they are the same as in abi.h", () => {
  const abi = readFileSync(new URL("../../bpf-templates/abi.h", import.meta.url), "utf8");
  const counters = [...abi.matchAll(/X\(\w+, "(\w+)", "([^"]*)"\)/g)].map(([, name, meaning]) => [
    name,
    meaning,
  ]);
  expect(counters.length).toBeGreaterThan(10);
  expect(COUNTER_MEANINGS).toEqual(Object.fromEntries(counters));
});
