import { expect, test } from "vitest";
import { lintFiles, places } from "../../test/lint/lint_files.js";
import { finding, networkPolicy, ofApp, pod } from "../../test/lint/objects.js";
import { dnsBlocked } from "./rule.js";

const found = finding(dnsBlocked);

function policy(name: string, app: string, egress: string): string {
  const selector = app === "" ? "podSelector: {}" : ofApp(app);
  return networkPolicy(`${selector}, policyTypes: [Egress], egress: ${egress}`, { name });
}

const TO_DB = "[{ to: [{ podSelector: { matchLabels: { app: db } } }], ports: [{ port: 5432 }] }]";
const DNS = "[{ ports: [{ port: 53, protocol: UDP }] }]";

test("a policy that lets pods connect to pods, but not ask DNS, is found once for its subject", async () => {
  expect(await found(policy("a", "api", TO_DB), policy("b", "api", TO_DB))).toEqual(["4 dns-blocked"]);
});

test("egress to addresses only, and no egress at all, are not reported", async () => {
  expect(
    await found(policy("a", "api", "[{ to: [{ ipBlock: { cidr: 192.0.2.0/24 } }] }]"), policy("b", "", "[]")),
  ).toEqual([]);
});

test("another policy of the same pods may allow DNS", async () => {
  expect(await found(policy("a", "api", TO_DB), policy("dns", "", DNS))).toEqual([]);
});

test("a range that holds 53, a port's name and every port are DNS", async () => {
  for (const ports of [
    "[{ ports: [{ port: 1, endPort: 1024 }] }]",
    "[{ ports: [{ port: dns, protocol: UDP }] }]",
    "[{}]",
  ])
    expect(await found(policy("a", "api", TO_DB), policy("b", "api", ports))).toEqual([]);
});

test("port 53 of SCTP does not count as DNS", async () => {
  const sctp = DNS.replace("UDP", "SCTP");
  expect(await found(policy("a", "api", TO_DB), policy("b", "api", sctp))).toEqual(["4 dns-blocked"]);
});

test("where pods are known they decide: DNS for other pods is none for these", async () => {
  expect(await found(policy("a", "api", TO_DB), policy("dns", "web", DNS), pod("api"))).toEqual([
    "4 dns-blocked",
  ]);
  expect(await found(policy("a", "", TO_DB), policy("dns", "api", DNS), pod("api"))).toEqual([]);
});

test("where none are known, a policy that may select the same pods is given the benefit of the doubt", async () => {
  const front = policy("dns", "web", DNS).replace("app: web", "tier: front");
  expect(await found(policy("a", "api", TO_DB), front)).toEqual([]);
});

test("policies do not apply to pods of the host's network", async () => {
  const host = pod("api").replace("spec: {", "spec: { hostNetwork: true,");
  expect(await found(policy("a", "api", TO_DB), host)).toEqual([]);
});

test("a policy of another API that is not read may allow DNS", async () => {
  const cilium =
    "apiVersion: cilium.io/v2\nkind: CiliumClusterwideNetworkPolicy\nmetadata: { name: dns }\nspec: {}\n";
  expect(await found(policy("a", "api", TO_DB), cilium)).toEqual(["7 unread-policy"]);
});

test("rules for the API server's port and for peers other than pods do not imply that names are used", async () => {
  expect(await found(policy("a", "api", "[{ ports: [{ port: 443 }] }]"))).toEqual(["4 dns-blocked"]);
  expect(await found(policy("a", "api", "[{ ports: [{ port: 443 }, { port: 6443 }] }]"))).toEqual([]);
  expect(await found(policy("a", "api", "[{ to: [], ports: [{ port: 6443 }] }]"))).toEqual([]);
  const none =
    "[{ to: [{ podSelector: { matchExpressions: [{ key: a, operator: Exists }, { key: a, operator: DoesNotExist }] } }] }]";
  expect(await found(policy("a", "api", none))).toEqual([]);
});

test("a policy without a namespace may allow DNS in any, and pods without one may be in any", async () => {
  const unwritten = (text: string) => text.replace(", namespace: shop", "");
  const dns = policy("dns", "", DNS);
  expect(await found(policy("a", "api", TO_DB), unwritten(dns))).toEqual([]);
  expect(await found(policy("a", "api", TO_DB), unwritten(dns), pod("api"))).toEqual([]);
  expect(await found(unwritten(policy("a", "api", TO_DB)), dns)).toEqual([]);
  expect(await found(policy("a", "", TO_DB), policy("dns", "api", DNS), unwritten(pod("web")))).toEqual([]);
  expect(await found(unwritten(policy("a", "api", TO_DB)), unwritten(pod("api")))).toEqual(["4 dns-blocked"]);
});

test("policies may select pods by labels that their controller gives them", async () => {
  const job = `apiVersion: batch/v1
kind: Job
metadata: { name: migrate, namespace: shop }
spec: { template: { metadata: { labels: { app: api } }, spec: { containers: [{ name: main, image: "shop/main:1" }] } } }
`;
  const jobs = policy("jobs", "", DNS).replace(
    "podSelector: {}",
    "podSelector: { matchExpressions: [{ key: job-name, operator: Exists }] }",
  );
  expect(await found(policy("a", "api", TO_DB), job)).toEqual(["4 dns-blocked"]);
  expect(await found(policy("a", "api", TO_DB), jobs, job)).toEqual([]);
});

test("DNS pods need not ask DNS", async () => {
  const server = policy("dns", "kube-dns", "[{ to: [{ podSelector: {} }], ports: [{ port: 8080 }] }]");
  expect(await found(server)).toEqual([]);
});

test("a kustomization that fills the same namespace may allow DNS", async () => {
  const files = { "a.yaml": policy("a", "api", TO_DB), "base/b.yaml": policy("dns", "", DNS) };
  const kustomization =
    "apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\nresources: [b.yaml]\n";
  const linted = async (more: Record<string, string>) =>
    places(await lintFiles({ ...files, ...more, "base/kustomization.yaml": kustomization }, [dnsBlocked]));
  expect(await linted({})).toEqual([]);
  expect(await linted({ "base/b.yaml": files["base/b.yaml"].replace("shop", "other") })).toEqual([
    "a.yaml:4 dns-blocked",
  ]);
});
