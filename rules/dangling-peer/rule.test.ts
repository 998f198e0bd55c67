import { expect, test } from "vitest";
import { lintFiles } from "../../test/lint/lint_files.js";
import { finding, networkPolicy, pod } from "../../test/lint/objects.js";
import { danglingPeer } from "./rule.js";

const found = finding(danglingPeer);

const FROM_WEB = "podSelector: {}, ingress: [{ from: [{ podSelector: { matchLabels: { app: web } } }] }]";

test("a peer that selects none of the namespace's known pods is found", async () => {
  expect(await found({ "a.yaml": networkPolicy(FROM_WEB), "b.yaml": pod("api") })).toEqual([
    "a.yaml:4 dangling-peer",
  ]);
});

test("without pods in the files nothing is found", async () => {
  expect(await found({ "a.yaml": networkPolicy(FROM_WEB) })).toEqual([]);
});

test("a template of a workload is a known pod", async () => {
  const deployment = `apiVersion: apps/v1
kind: Deployment
metadata: { name: web, namespace: shop }
spec:
  selector: { matchLabels: { app: web } }
  template:
    metadata: { labels: { app: web } }
    spec: { containers: [{ name: main, image: "shop/main:1" }] }
`;
  expect(await found({ "a.yaml": networkPolicy(FROM_WEB), "b.yaml": deployment })).toEqual([]);
});

test("selecting every pod is never a finding", async () => {
  const spec = "podSelector: {}, ingress: [{ from: [{ namespaceSelector: {} }, { podSelector: {} }] }]";
  expect(
    await found({ "a.yaml": networkPolicy(spec), "b.yaml": pod("api", { namespace: "other" }) }),
  ).toEqual([]);
});

test("a namespace without known pods is described elsewhere", async () => {
  expect(
    await found({ "a.yaml": networkPolicy(FROM_WEB), "b.yaml": pod("api", { namespace: "other" }) }),
  ).toEqual([]);
});

test("cluster DNS in every namespace is described elsewhere", async () => {
  const spec =
    "podSelector: {}, egress: [{ to: [{ namespaceSelector: {}, podSelector: { matchLabels: { k8s-app: kube-dns } } }] }]";
  expect(await found({ "a.yaml": networkPolicy(spec), "b.yaml": pod("api") })).toEqual([]);
});

test("where no namespace is written, pods of other folders are not meant", async () => {
  expect(
    await found({
      "one/a.yaml": networkPolicy(FROM_WEB, { namespace: "" }),
      "two/b.yaml": pod("api", { namespace: "" }),
    }),
  ).toEqual([]);
  expect(
    await found({
      "one/a.yaml": networkPolicy(FROM_WEB, { namespace: "" }),
      "one/b.yaml": pod("api", { namespace: "" }),
    }),
  ).toEqual(["one/a.yaml:4 dangling-peer"]);
});

test("nothing is reported as missing while an object cannot be read", async () => {
  const broken = "apiVersion: v1\nkind: Pod\nmetadata: { name: web-0, namespace: shop, labels: [app] }\n";
  const { diagnostics } = await lintFiles(
    { "a.yaml": networkPolicy(FROM_WEB), "b.yaml": pod("api"), "c.yaml": broken },
    [danglingPeer],
  );
  expect(diagnostics.filter(({ rule }) => rule === "dangling-peer")).toEqual([]);
  expect(diagnostics.length).toBeGreaterThan(0);
});

test("labels of a namespace that no object describes are not known", async () => {
  const from = (labels: string) =>
    `podSelector: {}, ingress: [{ from: [{ namespaceSelector: { matchLabels: { ${labels} } }, podSelector: { matchLabels: { app: web } } }] }]`;
  const env = networkPolicy(from("kubernetes.io/metadata.name: shop, env: prod"));
  const shop = (env: string) =>
    `apiVersion: v1\nkind: Namespace\nmetadata: { name: shop, labels: { env: ${env} } }\n`;
  expect(await found({ "a.yaml": env, "b.yaml": pod("web") })).toEqual([]);
  expect(await found({ "a.yaml": env, "b.yaml": pod("web"), "c.yaml": shop("prod") })).toEqual([]);
  expect(await found({ "a.yaml": env, "b.yaml": pod("web"), "c.yaml": shop("test") })).toEqual([
    "a.yaml:4 dangling-peer",
  ]);
  expect(
    await found({ "a.yaml": networkPolicy(from("kubernetes.io/metadata.name: shop")), "b.yaml": pod("api") }),
  ).toEqual(["a.yaml:4 dangling-peer"]);
});
