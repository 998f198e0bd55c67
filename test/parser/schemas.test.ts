import { execFileSync } from "node:child_process";
import { expect, test } from "vitest";

test("the compiled schemas are those that the schemas give", () => {
  const script = new URL("../../scripts/compile_schemas.mjs", import.meta.url).pathname;
  expect(execFileSync(process.execPath, [script, "--check"], { encoding: "utf8" })).toBe("");
});
