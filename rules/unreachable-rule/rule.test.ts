import { expect, test } from "vitest";
import { lintFiles, places } from "../../test/lint/lint_files.js";
import { unreachableRule } from "./rule.js";

async function found(files: Record<string, string>): Promise<readonly string[]> {
  return places(await lintFiles(files, [unreachableRule]));
}

function ingressFrom(peers: string): Record<string, string> {
  return {
    "a.yaml": `apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: api, namespace: shop }
spec:
  podSelector: {}
  ingress:
    - from:
${peers.replace(/^/gm, "        ")}
`,
  };
}

test("one peer of several that contradicts itself is found at its place", async () => {
  const peers = `- podSelector: { matchExpressions: [{ key: app, operator: Exists }, { key: app, operator: DoesNotExist }] }
- podSelector: { matchLabels: { app: web } }`;
  const { diagnostics, project } = await lintFiles(ingressFrom(peers), [unreachableRule]);
  expect(places({ diagnostics, project })).toEqual(["8 unreachable-rule"]);
  expect(diagnostics[0]!.message).toContain("this peer never matches");
});

test("a namespace cannot have two names, nor none", async () => {
  const named = (operator: string, values: string) =>
    `- namespaceSelector: { matchExpressions: [{ key: kubernetes.io/metadata.name, operator: ${operator}${values} }], matchLabels: { kubernetes.io/metadata.name: a } }`;
  expect(await found(ingressFrom(named("In", ", values: [b]")))).toEqual(["8 unreachable-rule"]);
  expect(await found(ingressFrom(named("DoesNotExist", "")))).toEqual(["8 unreachable-rule"]);
  expect(await found(ingressFrom(named("In", ", values: [a, b]")))).toEqual([]);
});

test("a label that only one value is left for is no contradiction", async () => {
  const peers =
    "- podSelector: { matchExpressions: [{ key: app, operator: In, values: [a, b] }, { key: app, operator: NotIn, values: [a] }] }";
  expect(await found(ingressFrom(peers))).toEqual([]);
});

test("selecting every pod, and nothing of a direction, is no finding", async () => {
  expect(await found(ingressFrom("- namespaceSelector: {}\n- podSelector: {}"))).toEqual([]);
});

const DSL = `import { adminTier, allow, anywhere, baselineTier, cluster, deny, everyPod, namespaces, pass, policy, tcp } from "polc";
const { shop } = cluster({ shop: { web: { app: "web" }, api: { app: "api" } } });
`;

test("a rule that the admin tier denies is found, with the admin rule", async () => {
  const text = `${DSL}export const guard = adminTier("guard", {
  priority: 1,
  rules: [deny(anywhere).to(shop.api).on(tcp(1, 65535))],
});
export default policy("shop", {
  isolate: [shop.api],
  rules: [allow(anywhere).to(shop.api).on(tcp(8080))],
});
`.replace("tcp(1, 65535)", "tcp(8080)");
  const { diagnostics, project } = await lintFiles({ "a.policy.ts": text }, [unreachableRule]);
  expect(places({ diagnostics, project })).toEqual(["9 unreachable-rule"]);
  const notes = diagnostics[0]!.notes?.map(({ span }) => project.sources.where(span!));
  expect(notes).toEqual([expect.stringMatching(/a\.policy\.ts:5$/)]);
});

test("behind a pass of the admin tier a rule may be asked", async () => {
  const text = `${DSL}export const guard = adminTier("guard", {
  priority: 1,
  rules: [pass(shop.web).to(shop.api), deny(anywhere).to(shop.api)],
});
export default policy("shop", {
  isolateIngress: [shop.api],
  rules: [allow(shop.web).to(shop.api).on(tcp(8080))],
});
`;
  expect(await found({ "a.policy.ts": text })).toEqual([]);
});

test("the baseline tier is not asked about pods that a NetworkPolicy isolates", async () => {
  const text = (rule: string) => `${DSL}export const base = baselineTier("base", {
  priority: 1,
  rules: [
    ${rule},
  ],
});
export default policy("shop", { isolateIngress: [shop.api], rules: [] });
`;
  expect(await found({ "a.policy.ts": text("deny(anywhere).to(shop.api)") })).toEqual(["6 unreachable-rule"]);
  expect(await found({ "a.policy.ts": text("deny(anywhere).to(shop.web)") })).toEqual([]);
  expect(await found({ "a.policy.ts": text("deny(shop.web).to(shop.api)") })).toEqual([]);
});
