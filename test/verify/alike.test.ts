/** Which policy sets are verified once: those that differ in names alone. */
import { expect, test } from "vitest";
import type { Bundle } from "../../src/bundle/bundle.js";
import { describeSets } from "../../src/bundle/describe.js";
import { bundleOrder } from "../../src/codegen/policy_set.js";
import { alikeSets } from "../../src/verify/alike.js";
import { parsed } from "../codegen/parsed.js";

function groupsOf(...yaml: readonly string[]): readonly (readonly string[])[] {
  const policies = bundleOrder(parsed(yaml.join("\n---\n")).policies);
  const sets = describeSets(policies).map((layout) => ({ ...layout, form: "table" as const }));
  const bundle = { dir: "", manifest: { sets }, policies } as unknown as Bundle;
  return alikeSets(bundle).map((group) => group.map(({ name }) => name));
}

const POLICY = `apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: web, namespace: shop }
spec:
  podSelector: { matchLabels: { app: web } }
  ingress:
    - from:
        - podSelector: { matchLabels: { app: web } }
        - namespaceSelector: { matchLabels: { kubernetes.io/metadata.name: shop } }
        - namespaceSelector: { matchExpressions: [{ key: env, operator: NotIn, values: [dev, test] }] }
        - ipBlock: { cidr: 10.0.0.0/8, except: [10.1.0.0/16] }
      ports: [{ port: 8080 }, { port: http }]
`;

/** The policy in another namespace, with other changes. */
function changed(...changes: readonly (readonly [from: string | RegExp, to: string])[]): string {
  let text = POLICY.replace("namespace: shop }", "namespace: bank }");
  for (const [from, to] of changes) {
    expect(text).toMatch(from);
    text = text.replace(from, to);
  }
  return text;
}

const OWN_NAME = ["metadata.name: shop", "metadata.name: bank"] as const;

test("namespaces, policies, label keys and values, and ports may be called otherwise", () => {
  const other = changed(
    OWN_NAME,
    ["name: web", "name: vault"],
    [/app: web/g, "component: vault"],
    [/env, operator: NotIn, values: \[dev, test\]/, "stage, operator: NotIn, values: [a, b]"],
    ["port: http", "port: grpc"],
  );
  expect(groupsOf(POLICY, other)).toEqual([["bank", "shop"]]);
});

test.each<[string, readonly (readonly [string | RegExp, string])[]]>([
  ["another namespace's name where the first names its own", []],
  [
    "a label that is no longer the subject's",
    [
      OWN_NAME,
      [
        "    - podSelector: { matchLabels: { app: web } }",
        "    - podSelector: { matchLabels: { app: api } }",
      ],
    ],
  ],
  [
    "another key",
    [
      OWN_NAME,
      [
        "    - podSelector: { matchLabels: { app: web } }",
        "    - podSelector: { matchLabels: { name: web } }",
      ],
    ],
  ],
  ["another operator", [OWN_NAME, ["NotIn", "In"]]],
  ["one value less", [OWN_NAME, ["[dev, test]", "[dev]"]]],
  [
    "the name of a namespace in place of a label",
    [OWN_NAME, ["key: env", "key: kubernetes.io/metadata.name"]],
  ],
  ["another block", [OWN_NAME, ["10.0.0.0/8", "10.0.0.0/9"]]],
  ["another exception", [OWN_NAME, ["10.1.0.0/16", "10.2.0.0/16"]]],
  ["another port", [OWN_NAME, ["8080", "8081"]]],
  ["another protocol", [OWN_NAME, ["port: http", "port: http, protocol: UDP"]]],
  ["another direction", [OWN_NAME, ["ingress:", "policyTypes: [Egress]\n  egress:"], ["from:", "to:"]]],
  [
    "isolation in one direction more",
    [OWN_NAME, ["  ingress:", "  policyTypes: [Ingress, Egress]\n  ingress:"]],
  ],
  [
    "logging",
    [
      OWN_NAME,
      [
        "namespace: bank }",
        'namespace: bank, annotations: { policy.network.gke.io/enable-logging: "true" } }',
      ],
    ],
  ],
])("%s is more than a name", (_what, changes) => {
  expect(groupsOf(POLICY, changed(...changes))).toEqual([["bank"], ["shop"]]);
});

test("a tier that treats one of the namespaces otherwise sets it apart", () => {
  const tier = (subject: string) => `apiVersion: policy.networking.k8s.io/v1alpha2
kind: ClusterNetworkPolicy
metadata: { name: t }
spec:
  tier: Admin
  priority: 1
  subject: { namespaces: ${subject} }
  ingress: [{ action: Deny, from: [{ namespaces: { matchLabels: { env: dev } } }] }]
`;
  const other = changed(OWN_NAME);
  const every = groupsOf(tier("{}"), POLICY, other);
  expect(every).toEqual([["bank", "shop"], ["cluster"]]);
  const one = groupsOf(tier("{ matchLabels: { kubernetes.io/metadata.name: bank } }"), POLICY, other);
  expect(one).toEqual([["bank"], ["shop"]]);
});
