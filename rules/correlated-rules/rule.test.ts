import { expect, test } from "vitest";
import { lintFiles, places } from "../../test/lint/lint_files.js";
import { correlatedRules } from "./rule.js";

/** The rules stand from line 5 on. */
async function found(...rules: string[]): Promise<readonly string[]> {
  const text = `import { adminTier, allow, deny, everyPod, namespaces, pass, tcp, udp } from "polc";
const [dev, prod] = [namespaces({ env: "dev" }), namespaces({ env: "prod" })];
export default adminTier("t", {
  priority: 1, rules: [
${rules.map((rule) => `${rule},\n`).join("")}  ],
});
`;
  return places(await lintFiles({ "a.policy.ts": text }, [correlatedRules]));
}

test("rules that overlap in part and decide differently are found once, at the later one", async () => {
  expect(await found("allow(everyPod).to(prod)", "deny(dev).to(everyPod)")).toEqual(["6 correlated-rules"]);
});

test("an exception before its rule, rules of one action, and rules of other ports are not found", async () => {
  expect(await found("allow(dev).to(prod).on(tcp(80))", "deny(dev).to(prod)")).toEqual([]);
  expect(await found("pass(everyPod).to(prod)", "pass(dev).to(everyPod)")).toEqual([]);
  expect(await found("allow(everyPod).to(prod).on(tcp(53))", "deny(dev).to(everyPod).on(udp(53))")).toEqual(
    [],
  );
});

test("what a rule before both decides does not count", async () => {
  expect(await found("deny(dev).to(prod)", "allow(everyPod).to(prod)", "deny(dev).to(everyPod)")).toEqual([]);
});
