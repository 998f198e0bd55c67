import { expect, test } from "vitest";
import { lintFiles } from "../../test/lint/lint_files.js";
import { finding, networkPolicy, pod } from "../../test/lint/objects.js";
import { danglingSubject } from "./rule.js";

const found = finding(danglingSubject);

const WEB = "podSelector: { matchLabels: { app: web } }";

test("a subject that selects none of the namespace's known pods is found", async () => {
  expect(await found({ "a.yaml": networkPolicy(WEB), "b.yaml": pod("api") })).toEqual([
    "a.yaml:4 dangling-subject",
  ]);
});

test("without pods in the files nothing is found", async () => {
  expect(await found({ "a.yaml": networkPolicy(WEB) })).toEqual([]);
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
  expect(await found({ "a.yaml": networkPolicy(WEB), "b.yaml": deployment })).toEqual([]);
});

test("selecting every pod is never a finding", async () => {
  const spec = "podSelector: {}, ingress: [{ from: [{ namespaceSelector: {} }, { podSelector: {} }] }]";
  expect(
    await found({ "a.yaml": networkPolicy(spec), "b.yaml": pod("api", { namespace: "other" }) }),
  ).toEqual([]);
});

test("a namespace without known pods is described elsewhere", async () => {
  expect(await found({ "a.yaml": networkPolicy(WEB), "b.yaml": pod("api", { namespace: "other" }) })).toEqual(
    [],
  );
});

test("where no namespace is written, pods of other folders are not meant", async () => {
  expect(
    await found({
      "one/a.yaml": networkPolicy(WEB, { namespace: "" }),
      "two/b.yaml": pod("api", { namespace: "" }),
    }),
  ).toEqual([]);
  expect(
    await found({
      "one/a.yaml": networkPolicy(WEB, { namespace: "" }),
      "one/b.yaml": pod("api", { namespace: "" }),
    }),
  ).toEqual(["one/a.yaml:4 dangling-subject"]);
});

test("nothing is reported as missing while an object cannot be read", async () => {
  const broken = "apiVersion: v1\nkind: Pod\nmetadata: { name: web-0, namespace: shop, labels: [app] }\n";
  const { diagnostics } = await lintFiles(
    { "a.yaml": networkPolicy(WEB), "b.yaml": pod("api"), "c.yaml": broken },
    [danglingSubject],
  );
  expect(diagnostics.filter(({ rule }) => rule === "dangling-subject")).toEqual([]);
  expect(diagnostics.length).toBeGreaterThan(0);
});

test("a custom resource's namespace is skipped, because an operator may create pods there", async () => {
  const resource = (namespace: string) => `apiVersion: monitoring.coreos.com/v1
kind: Prometheus
metadata: { name: k8s, namespace: ${namespace} }
spec: {}
`;
  const files = { "a.yaml": networkPolicy(WEB), "b.yaml": pod("api") };
  expect(await found({ ...files, "c.yaml": resource("shop") })).toEqual([]);
  expect(await found({ ...files, "c.yaml": resource("other") })).toEqual(["a.yaml:4 dangling-subject"]);
  expect(await found({ ...files, "c/c.yaml": resource('""') })).toEqual([]);
  const unwritten = {
    "apps/a.yaml": networkPolicy(WEB, { namespace: "" }),
    "apps/b.yaml": pod("api", { namespace: "" }),
  };
  expect(await found(unwritten)).toEqual(["apps/a.yaml:4 dangling-subject"]);
  expect(await found({ ...unwritten, "operators/c.yaml": resource('""') })).toEqual([]);
});

test("a default namespace that is written is a namespace like any other", async () => {
  const inDefault = { namespace: "default" };
  const files = { "a/a.yaml": networkPolicy(WEB, inDefault), "b/b.yaml": pod("api", inDefault) };
  expect(await found(files)).toEqual(["a/a.yaml:4 dangling-subject"]);
  expect(
    await found({ "a/a.yaml": networkPolicy(WEB, { namespace: "" }), "b/b.yaml": pod("api", inDefault) }),
  ).toEqual([]);
});

test("a chart's release may create pods in the namespace it is installed in", async () => {
  const release = `apiVersion: helm.toolkit.fluxcd.io/v2
kind: HelmRelease
metadata: { name: web, namespace: flux }
spec: { targetNamespace: shop }
`;
  expect(await found({ "a.yaml": networkPolicy(WEB), "b.yaml": pod("api"), "c.yaml": release })).toEqual([]);
});

test("a selector of label keys that no known pod has is of pods that are made elsewhere", async () => {
  const chart = "podSelector: { matchLabels: { app.kubernetes.io/name: postgresql } }";
  expect(await found({ "a.yaml": networkPolicy(chart), "b.yaml": pod("api") })).toEqual([]);
});

test("objects of the API server's own kinds make no other pods", async () => {
  const role = `apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata: { name: web, namespace: shop }
rules: []
`;
  expect(await found({ "a.yaml": networkPolicy(WEB), "b.yaml": pod("api"), "c.yaml": role })).toEqual([
    "a.yaml:4 dangling-subject",
  ]);
});

test("a selector that only says which labels pods do not have is not found", async () => {
  const without = "podSelector: { matchExpressions: [{ key: app, operator: DoesNotExist }] }";
  expect(await found({ "a.yaml": networkPolicy(without), "b.yaml": pod("api") })).toEqual([]);
});

test("a custom resource may make pods that no file shows, unless its kind only configures what runs", async () => {
  const resource = (apiVersion: string, kind: string) =>
    `apiVersion: ${apiVersion}\nkind: ${kind}\nmetadata: { name: x, namespace: shop }\n`;
  const files = { "a.yaml": networkPolicy(WEB), "b.yaml": pod("api") };
  for (const [version, kind] of [
    ["example.com/v1", "Database"],
    ["sparkoperator.k8s.io/v1beta2", "SparkApplication"],
    ["gateway.networking.k8s.io/v1", "Gateway"],
  ])
    expect(await found({ ...files, "c.yaml": resource(version!, kind!) })).toEqual([]);
  for (const [version, kind] of [
    ["monitoring.coreos.com/v1", "ServiceMonitor"],
    ["networking.istio.io/v1", "VirtualService"],
    ["gateway.networking.k8s.io/v1", "HTTPRoute"],
    ["storage.k8s.io/v1", "StorageClass"],
    ["kubelet.config.k8s.io/v1beta1", "KubeletConfiguration"],
  ])
    expect(await found({ ...files, "c.yaml": resource(version!, kind!) })).toEqual([
      "a.yaml:4 dangling-subject",
    ]);
});

test("a pod without a namespace may be in that of the policy, and the other way round", async () => {
  const web = pod("web", { namespace: "" });
  expect(await found({ "a.yaml": networkPolicy(WEB), "b.yaml": pod("api"), "c.yaml": web })).toEqual([]);
  expect(
    await found({
      "a.yaml": networkPolicy(WEB, { namespace: "" }),
      "b.yaml": pod("web"),
      "c.yaml": pod("api", { namespace: "" }),
    }),
  ).toEqual([]);
  expect(
    await found({
      "a.yaml": networkPolicy(WEB),
      "b.yaml": pod("api"),
      "c.yaml": pod("db", { namespace: "" }),
    }),
  ).toEqual(["a.yaml:4 dangling-subject"]);
});

test("labels that controllers give to pods are not known of pods that do not run", async () => {
  const set = `apiVersion: apps/v1
kind: StatefulSet
metadata: { name: db, namespace: shop }
spec: { template: { metadata: { labels: { app: db } }, spec: { containers: [{ name: main, image: "shop/main:1" }] } } }
`;
  const first = "podSelector: { matchLabels: { statefulset.kubernetes.io/pod-name: db-0 } }";
  const labelled = pod("api").replace("app: api", "statefulset.kubernetes.io/pod-name: api-0");
  expect(await found({ "a.yaml": networkPolicy(first), "b.yaml": labelled, "c.yaml": set })).toEqual([]);
  expect(await found({ "a.yaml": networkPolicy(first), "b.yaml": labelled })).toEqual([
    "a.yaml:4 dangling-subject",
  ]);
});

test("nothing is reported where a workload's role or an operator may create pods", async () => {
  const files = { "a.yaml": networkPolicy(WEB), "b.yaml": pod("api") };
  const account = "{ kind: ServiceAccount, name: default, namespace: shop }";
  const role = `{ apiVersion: rbac.authorization.k8s.io/v1, kind: Role, metadata: { name: make, namespace: shop }, rules: [{ apiGroups: [batch], resources: [jobs], verbs: [create] }] }
---
{ apiVersion: rbac.authorization.k8s.io/v1, kind: RoleBinding, metadata: { name: b, namespace: shop }, roleRef: { kind: Role, name: make }, subjects: [${account}] }
`;
  expect(await found({ ...files, "role.yaml": role })).toEqual([]);
  expect(await found({ ...files, "role.yaml": role.replace("create", "list") })).toEqual([
    "a.yaml:4 dangling-subject",
  ]);
  const kafka =
    "{ apiVersion: kafka.strimzi.io/v1, kind: Kafka, metadata: { name: web, namespace: shop } }\n";
  expect(await found({ ...files, "kafka.yaml": kafka })).toEqual([]);
});
