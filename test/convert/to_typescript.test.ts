import { describe, expect, test } from "vitest";
import { string } from "../../src/convert/typescript/expression.js";
import { toPolicyFiles } from "../../src/convert/typescript/policy_files.js";
import { asTypeScript, yaml } from "./reading.js";

const policy = (name: string, namespace: string, spec: string) =>
  `apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: ${name}, namespace: ${namespace}}\nspec: ${spec}\n---\n`;
const app = (name: string) => `{podSelector: {matchLabels: {app: ${name}}}}`;
const port = (number: number) => `ports: [{port: ${number}}]`;

test("policies keep their names, their comments and the directions that they isolate", async () => {
  const text = `# Nothing gets in.
# -----
${policy("deny-all", "shop", "{podSelector: {}}")}
# The web pods serve the internet.
${policy(
  "allow-web",
  "shop",
  `{podSelector: {matchLabels: {app.kubernetes.io/name: web}}, policyTypes: [Ingress], ingress: [{from: [{ipBlock: {cidr: 0.0.0.0/0, except: [10.0.0.0/8, 100.64.0.0/10, 169.254.0.0/16, 172.16.0.0/12, 192.168.0.0/16]}}, {ipBlock: {cidr: "::/0", except: ["fc00::/7", "fe80::/10"]}}], ${port(443)}}]}`,
)}`;
  expect(await asTypeScript(yaml(text))).toBe(`import { allow, cluster, internet, policy, tcp } from "polc";

const { shop } = cluster({
  shop: { web: { "app.kubernetes.io/name": "web" } },
});

export default [
  // Nothing gets in.
  policy("deny-all", {
    isolateIngress: shop.everyPod,
    rules: [],
  }),

  // The web pods serve the internet.
  policy("allow-web", {
    isolateIngress: shop.web,
    rules: [allow(internet).to(shop.web).on(tcp(443))],
  }),
];
`);
});

test("a connection that both of its ends allow is one sentence; one that only one end allows is of one direction", async () => {
  const text =
    policy(
      "to-api",
      "shop",
      `{podSelector: {matchLabels: {app: web}}, policyTypes: [Ingress, Egress], egress: [{to: [${app("api")}], ${port(80)}}]}`,
    ) +
    policy(
      "api",
      "shop",
      `{podSelector: {matchLabels: {app: api}}, policyTypes: [Ingress], ingress: [{from: [${app("web")}], ${port(80)}}, {from: [${app("web")}], ${port(81)}}]}`,
    );
  expect(await asTypeScript(yaml(text))).toContain(`export default policy("shop", {
  isolate: { "to-api": shop.web },
  isolateIngress: { api: shop.api },
  rules: [allow(shop.web).to(shop.api).on(tcp(80)), allow(shop.web).to(shop.api).on(tcp(81)).ingressOnly()],
});
`);
});

test("a peer that holds the policy's own pods gives them no rule of the other direction", async () => {
  const text = policy(
    "web",
    "shop",
    `{podSelector: {matchLabels: {app: web}}, policyTypes: [Ingress, Egress], ingress: [{from: [{podSelector: {}}]}], egress: [{to: [{namespaceSelector: {}}], ${port(53)}}]}`,
  );
  expect(await asTypeScript(yaml(text))).toContain(`rules: [
    allow(shop.everyPod).to(shop.web).ingressOnly(),
    allow(shop.web).to(everyPod).on(tcp(53)).egressOnly(),
  ],`);
});

test("policies named after one prefix and their workloads are one list", async () => {
  const text = ["web", "api", "redis-cart"]
    .map((name) =>
      policy(
        `shop-${name}`,
        "shop",
        `{podSelector: {matchLabels: {app: ${name}}}, ingress: [{${port(80)}}]}`,
      ),
    )
    .join("");
  expect(await asTypeScript(yaml(text))).toContain(`export default policy("shop", {
  isolateIngress: isolated,
  rules: [allow(anywhere).to(isolated).on(tcp(80))],
});`);
});

describe("names", () => {
  const clusterOf = async (text: string) => /cluster\(([^]*?)\);/.exec(await asTypeScript(yaml(text)))![1];

  test("pods are named after what their labels tell, each once", async () => {
    const selectors = [
      "{matchLabels: {app: Web_Front}}",
      "{matchLabels: {app: web_front, track: beta}}",
      "{matchLabels: {app: web-front, track: beta}}",
      '{matchLabels: {allow-dns: "true"}}',
      "{matchLabels: {app: constructor}}",
      "{matchLabels: {app: everyPod}}",
      "{matchExpressions: [{key: tier, operator: In, values: [a, b]}]}",
      "{matchExpressions: [{key: tier, operator: In, values: [a, b, c]}]}",
      "{matchExpressions: [{key: k8s.io/team, operator: Exists}, {key: x, operator: DoesNotExist}, {key: app, operator: NotIn, values: [db]}]}",
      "{matchExpressions: [{key: a, operator: Exists}, {key: a, operator: NotIn, values: [db]}]}",
    ];
    const text = selectors.map((each, index) => policy(`p${index}`, "x", `{podSelector: ${each}}`)).join("");
    expect(await clusterOf(text)).toBe(`{
  x: {
    "web-front": { app: "Web_Front" },
    "web-front-beta": { app: "web_front", track: "beta" },
    "web-front-beta-2": { app: "web-front", track: "beta" },
    "allow-dns": { "allow-dns": "true" },
    constructor: { app: "constructor" },
    everypod: { app: "everyPod" },
    "a-or-b": { tier: isIn("a", "b") },
    "a-or-2-more": { tier: isIn("a", "b", "c") },
    "not-db-team-no-x": { app: notIn("db"), "k8s.io/team": exists, x: absent },
    "a-not-db": {
      matchExpressions: [
        { key: "a", operator: "Exists" },
        { key: "a", operator: "NotIn", values: ["db"] },
      ],
    },
  },
}`);
  });

  test("namespaces whose names mean something in TypeScript or to polc get others", async () => {
    const text = ["default", "policy", "tcp", "1st", "kube-system", "kubesystem"]
      .map((name) => policy("p", name, "{podSelector: {}}"))
      .join("");
    expect(await asTypeScript(yaml(text))).toContain(`const {
  default: defaultNamespace,
  policy: policyNamespace,
  tcp: tcpNamespace,
  "1st": _1st,
  "kube-system": kubeSystem,
  kubesystem,
} = cluster({`);
  });

  test("a workload that alone has the labels gives them its name, if they tell none", async () => {
    const text = `${policy("p", "x", "{podSelector: {matchLabels: {instance: a, release: b}}}")}apiVersion: apps/v1
kind: Deployment
metadata: {name: gateway, namespace: x}
spec: {selector: {matchLabels: {instance: a}}, template: {metadata: {labels: {instance: a, release: b}}, spec: {containers: []}}}
`;
    expect(await clusterOf(text)).toContain(`gateway: { instance: "a", release: "b" }`);
  });
});

test("tiers keep the order of their rules, each of its own direction", async () => {
  const text = `apiVersion: policy.networking.k8s.io/v1alpha2
kind: ClusterNetworkPolicy
metadata: {name: guard}
spec:
  tier: Admin
  priority: 7
  subject: {namespaces: {matchLabels: {env: prod}}}
  ingress:
    - {action: Accept, from: [{namespaces: {matchLabels: {env: prod}}}]}
    - {action: Deny, from: [{namespaces: {}}]}
  egress:
    - {action: Pass, to: [{namespaces: {}}, {networks: [0.0.0.0/0, "::/0"]}], protocols: [{udp: {destinationPort: {number: 53}}}]}
    - {action: Deny, to: [{networks: [10.0.0.0/8]}]}
`;
  expect(await asTypeScript(yaml(text)))
    .toBe(`import { adminTier, allow, anywhere, cidr, deny, everyPod, namespaces, pass, udp } from "polc";

const prod = namespaces({ env: "prod" });

export default adminTier("guard", {
  priority: 7,
  rules: [
    allow(prod).to(prod).ingressOnly(),
    deny(everyPod).to(prod).ingressOnly(),
    pass(prod).to(anywhere).on(udp(53)),
    deny(prod).to(cidr("10.0.0.0/8")),
  ],
});
`);
});

test("a folder has the names in cluster.ts, a file a namespace, and one for the tiers", () => {
  const { policies, inventory, sources } = yaml(
    `${policy("p", "a", "{podSelector: {}}")}${policy("p", "b", "{podSelector: {}}")}apiVersion: policy.networking.k8s.io/v1alpha2
kind: ClusterNetworkPolicy
metadata: {name: t}
spec: {tier: Baseline, priority: 1, subject: {namespaces: {}}}
`,
  );
  const { files } = toPolicyFiles(policies, inventory, sources, "folder");
  expect(files.map(({ path }) => path)).toEqual([
    "cluster.ts",
    "cluster.tiers.policy.ts",
    "a.policy.ts",
    "b.policy.ts",
  ]);
  expect(files[2]!.text).toBe(`import { policy } from "polc";
import { a } from "./cluster.js";

export default policy("p", {
  isolateIngress: a.everyPod,
  rules: [],
});
`);
});

describe("hostile text", () => {
  test("a comment stays one, and none that tools obey comes along", async () => {
    const text = `# Ends */ here \u2028# export const x = 1; \x1b[2J
# @ts-nocheck
#/ <reference path="../../secret.ts" />
# polc-disable-next-line redundant-rule -- no
# eslint-disable
# yaml-language-server: $schema=https://example.com/x
${policy("p", "x", "{podSelector: {}}")}`;
    // The control character is one that YAML itself refuses: only the rest is read.
    expect(await asTypeScript(yaml(text.replace(" \x1b[2J", "")))).toContain(`});

// Ends */ here \\u{2028}# export const x = 1;
export default policy("p", {`);
  });

  test("a string literal holds any text", () => {
    for (const value of ['"); process.exit(1); ("', "\\", "`${x}`", "\u2028\u2029\u202e\0\n</script>"]) {
      const { text } = string(value);
      expect(text).toMatch(/^"[\x20-\x7e]*"$/);
      expect((0, eval)(text)).toBe(value);
    }
  });
});
