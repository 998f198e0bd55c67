import { expect, test } from "vitest";
import { lintFiles, places } from "../../test/lint/lint_files.js";
import { baselineUnreachable } from "./rule.js";

async function found(baselineRule: string, others: string): Promise<readonly string[]> {
  const text = `import { adminTier, allow, baselineTier, cidr, cluster, deny, namespaces, pass, policy, tcp } from "polc";
const { shop } = cluster({ shop: { web: { app: "web" }, db: { app: "db" } } });
const dev = namespaces({ env: "dev" });
export const defaults = baselineTier("defaults", { priority: 1, rules: [
  ${baselineRule},
] });
${others}
`;
  return places(await lintFiles({ "a.policy.ts": text }, [baselineUnreachable]));
}

test("pods that a NetworkPolicy isolates never ask the baseline tier, but the other end of the sentence may", async () => {
  const isolated =
    'export const db = policy("db", { isolate: [shop.db], rules: [allow(shop.web).to(shop.db)] });';
  expect(await found('deny(cidr("10.9.0.0/16")).to(shop.db)', isolated)).toEqual(["5 baseline-unreachable"]);
  expect(await found("deny(dev).to(shop.db)", isolated)).toEqual([]);
  const ofEgress = isolated.replace("isolate:", "isolateEgress:").replace("allow(shop.web).to(shop.db)", "");
  expect(await found('deny(cidr("10.9.0.0/16")).to(shop.db)', ofEgress)).toEqual([]);
});

test("an admin rule that decides all of it is found, one that a pass stands before is not", async () => {
  const admin = (rules: string) =>
    `export const admin = adminTier("admin", { priority: 1, rules: [${rules}] });`;
  const baselineRule = "deny(dev).to(shop.db).on(tcp(5432))";
  expect(await found(baselineRule, admin("deny(dev).to(shop.db)"))).toEqual(["5 baseline-unreachable"]);
  const passed = admin('pass(namespaces({ team: "a" })).to(shop.db), deny(dev).to(shop.db)');
  expect(await found(baselineRule, passed)).toEqual([]);
  expect(await found(baselineRule, admin("deny(dev).to(shop.db).on(tcp(80))"))).toEqual([]);
});
