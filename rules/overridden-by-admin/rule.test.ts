import { expect, test } from "vitest";
import { lintFiles } from "../../test/lint/lint_files.js";
import { overriddenByAdmin } from "./rule.js";

async function messages(adminRules: string, baselineRules = ""): Promise<readonly string[]> {
  const text = `import { adminTier, allow, anywhere, baselineTier, cluster, deny, namespaces, pass, policy, tcp } from "polc";

const { shop } = cluster({ shop: { web: { app: "web" }, db: { app: "db" } } });
const dev = namespaces({ env: "dev" });

export const guardrails = adminTier("guardrails", { priority: 10, rules: [${adminRules}] });
export const defaults = baselineTier("defaults", { priority: 10, rules: [${baselineRules}] });
export const db = policy("db", {
  isolateIngress: [shop.db],
  rules: [allow(dev).to(shop.db).on(tcp(5432), tcp(6432))],
});
`;
  const { diagnostics } = await lintFiles({ "a.policy.ts": text }, [overriddenByAdmin]);
  return diagnostics.map(({ message }) => message);
}

const found = (said: string) => [
  `has no effect in any possible cluster: the admin tier ${said} everything it allows`,
];

test("the message says whether the admin tier denies or already allows", async () => {
  expect(await messages("deny(dev).to(shop.db)")).toEqual(found("denies"));
  expect(await messages("allow(dev).to(shop.db)")).toEqual(found("already allows"));
  const mixed = "allow(dev).to(shop.db).on(tcp(5432)), deny(dev).to(shop.db)";
  expect(await messages(mixed)).toEqual(found("denies or already allows"));
});

test("what a pass may take out, or the admin tier decides in part, is not found, nor what the baseline decides", async () => {
  expect(await messages('pass(namespaces({ team: "a" })).to(shop.db), deny(dev).to(shop.db)')).toEqual([]);
  expect(await messages("deny(dev).to(shop.db).on(tcp(5432))")).toEqual([]);
  expect(await messages("", "deny(dev).to(shop.db)")).toEqual([]);
});

test("a policy without a namespace may be applied in one that the admin tier treats otherwise", async () => {
  const files = (namespace: string) => ({
    "a.policy.ts": `import { adminTier, deny, everyPod, pods } from "polc";
export default adminTier("t", { priority: 1, rules: [deny(everyPod).to(pods({}, { namespace: "${namespace || "default"}" }))] });
`,
    "b.yaml": `apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: web${namespace && `, namespace: ${namespace}`} }
spec:
  podSelector: {}
  ingress:
    - from: [{ namespaceSelector: {} }]
    - from: [{ ipBlock: { cidr: 192.168.0.0/16 } }]
`,
  });
  const found = async (namespace: string) =>
    (await lintFiles(files(namespace), [overriddenByAdmin])).diagnostics;
  expect(await found("shop")).toHaveLength(1);
  expect(await found("")).toEqual([]);
});
