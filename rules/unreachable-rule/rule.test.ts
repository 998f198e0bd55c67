import { expect, test } from "vitest";
import { lintFiles, places } from "../../test/lint/lint_files.js";
import { finding, networkPolicy, ofApp, pod } from "../../test/lint/objects.js";
import { unreachableRule } from "./rule.js";

const found = finding(unreachableRule);

const policy = (name: string, spec: string, namespace = "shop") => networkPolicy(spec, { name, namespace });

const PODS = pod("web") + "---\n" + pod("api");
const WEB_TO_API = policy(
  "web",
  `${ofApp("web")}, policyTypes: [Egress], egress: [{ to: [{ ${ofApp("api")} }], ports: [{ port: 8080 }] }]`,
);
const API_FROM_WEB = policy(
  "api",
  `${ofApp("api")}, ingress: [{ from: [{ ${ofApp("web")} }], ports: [{ port: 8080 }] }]`,
);
const CLOSED = (direction: string, app = "{}") =>
  policy("closed", `podSelector: ${app}, policyTypes: [${direction}]`);

test("egress to pods whose ingress others isolate and nothing allows is found, with those policies", async () => {
  const text = [WEB_TO_API, CLOSED("Ingress"), PODS].join("---\n");
  const { diagnostics, project } = await lintFiles({ "a.yaml": text }, [unreachableRule]);
  expect(places({ diagnostics, project })).toEqual(["4 unreachable-rule"]);
  expect(diagnostics[0]!.message).toBe(
    "allows nothing among the known pods: NetworkPolicy shop/closed denies all of it at the other end",
  );
  expect(diagnostics[0]!.notes?.map(({ span }) => project.sources.where(span!))).toEqual(["a.yaml:8"]);
});

test("ingress from pods whose egress others isolate and nothing allows is found", async () => {
  expect(await found(API_FROM_WEB, CLOSED("Egress"), PODS)).toEqual(["4 unreachable-rule"]);
});

test("a rule at the other end that may let something through is enough", async () => {
  for (const ingress of [
    "{}",
    "{ ports: [{ port: 8000, endPort: 9000 }] }",
    "{ ports: [{ port: http }] }",
    "{ from: [{ ipBlock: { cidr: 10.0.0.0/8 } }] }",
    "{ from: [{ namespaceSelector: { matchLabels: { team: shop } } }] }",
    "{ from: [{ podSelector: { matchLabels: { tier: front } } }] }",
  ])
    expect(
      await found(
        WEB_TO_API,
        CLOSED("Ingress"),
        policy("open", `podSelector: {}, ingress: [${ingress}]`),
        PODS,
      ),
    ).toEqual([]);
});

test("another port, protocol or source at the other end lets nothing through", async () => {
  for (const ingress of [
    "{ ports: [{ port: 80 }] }",
    "{ ports: [{ port: 8080, protocol: UDP }] }",
    "{ from: [{ podSelector: { matchLabels: { app: other } } }] }",
  ])
    expect(await found(WEB_TO_API, policy("api", `podSelector: {}, ingress: [${ingress}]`), PODS)).toEqual([
      "4 unreachable-rule",
    ]);
});

test("every known pod that a peer selects must be isolated", async () => {
  const both = "podSelector: { matchExpressions: [{ key: app, operator: In, values: [api, db] }] }";
  const toBoth = WEB_TO_API.replace(ofApp("api"), both);
  const apiOnly = CLOSED("Ingress", "{ matchLabels: { app: api } }");
  expect(await found(toBoth, apiOnly, PODS, pod("db"))).toEqual([]);
  expect(await found(toBoth, CLOSED("Ingress"), PODS, pod("db"))).toEqual(["4 unreachable-rule"]);
});

test("a rule whose subject and peer may be one pod is not reported, because a pod always reaches itself", async () => {
  const db = (direction: string, way: string) =>
    `${ofApp("db")}, policyTypes: [Ingress, Egress], ${direction}: [{ ${way}: [{ ${ofApp("db")} }], ports: [{ port: 7000 }] }]`;
  expect(await found(policy("db", db("ingress", "from")), pod("db"))).toEqual([]);
  expect(await found(policy("db", db("egress", "to")), pod("db"))).toEqual([]);
  const toAll = WEB_TO_API.replace(`{ ${ofApp("api")} }`, "{ podSelector: {} }");
  expect(await found(toAll, CLOSED("Ingress"), PODS)).toEqual([]);
});

test("what has no namespace may be of the same one as what has", async () => {
  const unwritten = (text: string) => text.replace(", namespace: shop", "");
  expect(await found(WEB_TO_API, CLOSED("Ingress"), PODS, unwritten(API_FROM_WEB))).toEqual([]);
  expect(await found(WEB_TO_API, unwritten(CLOSED("Ingress")), PODS)).toEqual([]);
  expect(await found(unwritten(WEB_TO_API), CLOSED("Ingress"), PODS)).toEqual([]);
  const toShop = `{ namespaceSelector: { matchLabels: { kubernetes.io/metadata.name: shop } }, ${ofApp("api")} }`;
  const apart = unwritten(WEB_TO_API).replace(`{ ${ofApp("api")} }`, toShop);
  expect(await found(apart, CLOSED("Ingress"), PODS)).toEqual(["4 unreachable-rule"]);
  expect(await found(apart, CLOSED("Ingress"), PODS, unwritten(API_FROM_WEB))).toEqual([]);
  expect(await found(...[WEB_TO_API, CLOSED("Ingress"), pod("web"), pod("api")].map(unwritten))).toEqual([
    "4 unreachable-rule",
  ]);
});

test("a policy of the other end may select pods by labels that their controller gives them", async () => {
  const job = `apiVersion: batch/v1
kind: Job
metadata: { name: migrate, namespace: shop }
spec: { template: { metadata: { labels: { app: web } }, spec: { containers: [{ name: main, image: "shop/main:1" }] } } }
`;
  const ofJob = policy(
    "migrate",
    `podSelector: { matchLabels: { job-name: migrate } }, policyTypes: [Egress], egress: [{ to: [{ ${ofApp("api")} }] }]`,
  );
  expect(await found(API_FROM_WEB, CLOSED("Egress"), job, pod("api"))).toEqual(["4 unreachable-rule"]);
  expect(await found(API_FROM_WEB, CLOSED("Egress"), ofJob, job, pod("api"))).toEqual([]);
});

test("other pods may be peers: of namespaces without known pods, of labels, of blocks", async () => {
  const to = (peer: string) => WEB_TO_API.replace(`{ ${ofApp("api")} }`, peer);
  expect(await found(to("{ namespaceSelector: {} }"), CLOSED("Ingress"), PODS)).toEqual([]);
  expect(await found(to("{ ipBlock: { cidr: 10.0.0.0/8 } }"), CLOSED("Ingress"), PODS)).toEqual([]);
  expect(
    await found(
      to("{ namespaceSelector: { matchLabels: { kubernetes.io/metadata.name: other } } }"),
      policy("closed", "podSelector: {}", "other"),
      PODS,
    ),
  ).toEqual([]);
});

test("a pod of the host's network is never isolated", async () => {
  expect(
    await found(WEB_TO_API, CLOSED("Ingress"), pod("web"), pod("api", { spec: "hostNetwork: true" })),
  ).toEqual([]);
});

test("a peer that selects no known pod is only dangling", async () => {
  expect(await found(WEB_TO_API, CLOSED("Ingress"), pod("web"))).toEqual([]);
});

test("denials are not reported while a policy of another API is unread", async () => {
  const cilium =
    "apiVersion: cilium.io/v2\nkind: CiliumNetworkPolicy\nmetadata: { name: a, namespace: shop }\nspec: {}\n";
  expect(await found(WEB_TO_API, CLOSED("Ingress"), PODS, cilium)).toEqual(["22 unread-policy"]);
});

const ADMIN = (action: string) => `import { adminTier, ${action}, cluster, namespaces } from "polc";
const { shop } = cluster({ shop: { web: { app: "web" }, api: { app: "api" } } });
export default adminTier("guard", { priority: 1, rules: [${action}(namespaces({ team: "shop" })).to(shop.api)] });
`;

test("what the admin tier allows, or passes on, may get through", async () => {
  const files = { "a.yaml": [WEB_TO_API, CLOSED("Ingress"), PODS].join("---\n") };
  for (const [action, expected] of [
    ["allow", []],
    ["pass", []],
    ["deny", ["a.yaml:4 unreachable-rule"]],
  ] as const)
    expect(places(await lintFiles({ ...files, "a.policy.ts": ADMIN(action) }, [unreachableRule]))).toEqual(
      expected,
    );
});
