import { expect, test } from "vitest";
import { lintFiles, places } from "../../test/lint/lint_files.js";
import { redundantTierRule } from "./rule.js";

/** The rules stand from line 5 on. */
async function found(...rules: string[]): Promise<readonly string[]> {
  const text = `import { adminTier, allow, deny, everyPod, namespaces, pass, tcp } from "polc";
const [dev, prod, ops] = [namespaces({ env: "dev" }), namespaces({ env: "prod" }), namespaces({ team: "ops" })];
export default adminTier("t", {
  priority: 1, rules: [
${rules.map((rule) => `${rule},\n`).join("")}  ],
});
`;
  return places(await lintFiles({ "a.policy.ts": text }, [redundantTierRule]));
}

test("of two equal rules the later one is found", async () => {
  expect(await found("deny(dev).to(prod)", "deny(dev).to(prod)")).toEqual(["6 redundant-tier-rule"]);
});

test("earlier rules of the same action cover together", async () => {
  const halves = ["pass(dev).to(prod).on(tcp(80))", "pass(dev).to(prod).on(tcp(81))"];
  expect(await found(...halves, "pass(dev).to(prod).on(tcp(80), tcp(81))")).toEqual([
    "7 redundant-tier-rule",
  ]);
});

test("an exception that the rule after it would decide alike is found", async () => {
  expect(await found("deny(dev).to(prod).on(tcp(22))", "deny(dev).to(prod)")).toEqual([
    "5 redundant-tier-rule",
  ]);
});

test("a rule of another action in between keeps it, even one that only may match some of it", async () => {
  const first = "deny(dev).to(prod).on(tcp(22))";
  expect(await found(first, "allow(ops).to(prod)", "deny(dev).to(prod)")).toEqual([]);
  expect(await found(first, "allow(dev).to(prod).on(tcp(80))", "deny(dev).to(prod)")).toEqual([
    "5 redundant-tier-rule",
  ]);
});

test("a rule that is logged is not replaced by a later one that is not", async () => {
  expect(await found("deny(dev).to(prod).on(tcp(22)).logged()", "deny(dev).to(prod)")).toEqual([]);
  expect(await found("deny(dev).to(prod).on(tcp(22)).logged()", "deny(dev).to(prod).logged()")).toEqual([
    "5 redundant-tier-rule",
  ]);
});

test("an earlier rule of another action makes it a shadowed rule", async () => {
  expect(await found("deny(dev).to(prod)", "allow(dev).to(prod).on(tcp(22))")).toEqual([]);
});
