import { expect, test } from "vitest";
import { RULES } from "../../rules/registry.js";
import { lintFiles } from "./lint_files.js";

const TIER_RULES = [
  "ambiguous-priority",
  "baseline-unreachable",
  "correlated-rules",
  "networks-hits-pods",
  "overridden-by-admin",
  "redundant-rule",
  "redundant-tier-rule",
  "shadowed-rule",
];

const DEV = "from: [{ namespaces: { matchLabels: { env: dev } } }]";

const OPS = "from: [{ namespaces: { matchLabels: { team: ops } } }]";

function ports(start: number, end: number): string {
  return `protocols: [{ tcp: { destinationPort: { range: { start: ${start}, end: ${end} } } } }]`;
}

function policy(name: string, tier: string, priority: number, ...rules: readonly string[]): string {
  return `apiVersion: policy.networking.k8s.io/v1alpha2
kind: ClusterNetworkPolicy
metadata: { name: ${name} }
spec:
  tier: ${tier}
  priority: ${priority}
  subject: { namespaces: { matchLabels: { kubernetes.io/metadata.name: shop } } }
  ${rules.join("\n  ")}
---
`;
}

const POLICIES =
  policy("guard", "Admin", 5, `ingress: [{ action: Deny, ${DEV} }]`) +
  policy("same", "Admin", 7, `ingress: [{ action: Deny, ${DEV} }]`) +
  policy("other", "Admin", 8, `ingress: [{ action: Accept, ${DEV} }]`) +
  policy(
    "one",
    "Admin",
    9,
    "ingress: [{ action: Deny, from: [{ namespaces: { matchLabels: { env: qa } } }] }]",
  ) +
  policy(
    "two",
    "Admin",
    9,
    "ingress: [{ action: Accept, from: [{ namespaces: { matchLabels: { env: qa } } }] }]",
  ) +
  policy("low", "Admin", 10, `ingress: [{ action: Deny, ${OPS}, ${ports(1, 80)} }]`) +
  policy("high", "Admin", 11, `ingress: [{ action: Accept, ${OPS}, ${ports(80, 90)} }]`) +
  policy("block", "Admin", 11, "egress: [{ action: Deny, to: [{ networks: [0.0.0.0/0] }] }]") +
  policy("last", "Baseline", 5, `ingress: [{ action: Deny, ${DEV} }]`) +
  `apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: web, namespace: shop }
spec:
  podSelector: {}
  policyTypes: [Ingress]
  ingress:
    - from: [{ namespaceSelector: { matchLabels: { env: dev } } }]
    - from: [{ namespaceSelector: { matchLabels: { team: web } } }]
    - from: [{ namespaceSelector: { matchLabels: { team: web } } }]
`;

async function found(...others: readonly string[]): Promise<readonly string[]> {
  const files = Object.fromEntries(others.map((text, index) => [`other${index}.yaml`, text]));
  const rules = RULES.filter(({ name }) => TIER_RULES.includes(name));
  const { diagnostics } = await lintFiles({ ...files, "a.yaml": POLICIES }, rules);
  return [...new Set(diagnostics.map(({ rule }) => rule))].filter((rule) => TIER_RULES.includes(rule));
}

test("what tiers decide is not told while a policy of theirs is left out; NetworkPolicies are compared as before", async () => {
  expect([...(await found())].sort()).toEqual(TIER_RULES);
  const unclear = policy(
    "xx",
    "Admin",
    1,
    "egress: [{ action: Deny, to: [{ namespaces: { matchExpressions: [{ key: a, operator: Is }] } }] }]",
  );
  expect(await found(unclear)).toEqual(["redundant-rule"]);
  const later = unclear.replace("policy.networking.k8s.io/v1alpha2", "policy.networking.k8s.io/v1beta1");
  expect(await found(later)).toEqual(["redundant-rule"]);
  expect(await found("apiVersion: policy.networking.k8s.io/v1alpha2\nkind: [")).toEqual(["redundant-rule"]);
});

test("what is left out and surely is of no tier leaves open nothing of what tiers decide", async () => {
  const networkPolicy = `apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: broken, namespace: shop }
spec: { podSelector: {}, policyTypes: [Outgress] }
`;
  const pod = "apiVersion: v1\nkind: Pod\nmetadata: { name: 7 }\nspec: 7\n";
  const cilium =
    "apiVersion: cilium.io/v2\nkind: CiliumNetworkPolicy\nmetadata: { name: c, namespace: shop }\nspec: {}\n";
  expect([...(await found(networkPolicy, pod, cilium))].sort()).toEqual(TIER_RULES);
});
