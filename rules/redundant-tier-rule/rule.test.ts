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

/** Policies a, b, c of one priority, each of these rules; the first one stands in line 4, the next in line 5. */
async function foundInEqual(...policies: readonly string[]): Promise<readonly string[]> {
  const text = `import { adminTier, allow, deny, namespaces, tcp } from "polc";
const [dev, prod] = [namespaces({ env: "dev" }), namespaces({ env: "prod" })];
export default [
${policies.map((rules, index) => `adminTier("${"abc"[index]}", { priority: 5, rules: [${rules}] }),`).join("\n")}
];
`;
  return places(await lintFiles({ "a.policy.ts": text }, [redundantTierRule]));
}

test("of equal rules of two policies with one priority the later one is found, whichever is asked first", async () => {
  expect(await foundInEqual("deny(dev).to(prod)", "deny(dev).to(prod)")).toEqual(["5 redundant-tier-rule"]);
  expect(await foundInEqual("deny(dev).to(prod).on(tcp(80))", "deny(dev).to(prod)")).toEqual([
    "4 redundant-tier-rule",
  ]);
});

test("where a policy of the same priority decides otherwise, whichever is asked first, nothing is found", async () => {
  const web = "allow(dev).to(prod).on(tcp(80))";
  expect(await foundInEqual("deny(dev).to(prod).on(tcp(80)), allow(dev).to(prod)", web)).toEqual([]);
  expect(await foundInEqual(web, "allow(dev).to(prod)", "deny(dev).to(prod).on(tcp(80))")).toEqual([]);
  // Without its first rule b would deny what a allows.
  expect(await foundInEqual(web, `${web}, deny(dev).to(prod)`)).toEqual([]);
});

test("a NetworkPolicy without a namespace may isolate other pods than those that read as its own", async () => {
  const baseline = (
    name: string,
    priority: number,
    namespaces: string,
  ) => `apiVersion: policy.networking.k8s.io/v1alpha2
kind: ClusterNetworkPolicy
metadata: { name: ${name} }
spec:
  tier: Baseline
  priority: ${priority}
  subject: { namespaces: { matchExpressions: [{ key: kubernetes.io/metadata.name, operator: In, values: ${namespaces} }] } }
  ingress: [{ action: Deny, from: [{ namespaces: { matchLabels: { env: dev } } }] }]
---
`;
  const text = `${baseline("first", 4, "[shop]")}${baseline("second", 5, "[shop, default]")}apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: web }
spec: { podSelector: {}, policyTypes: [Ingress] }
`;
  const [unwritten, written] = [
    text,
    text.replaceAll("default", "web").replace("name: web }", "name: web, namespace: web }"),
  ];
  expect(places(await lintFiles({ "a.yaml": unwritten }, [redundantTierRule]))).toEqual([]);
  expect(places(await lintFiles({ "a.yaml": written }, [redundantTierRule]))).toEqual([
    "17 redundant-tier-rule",
  ]);
});
