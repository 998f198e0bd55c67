import { expect, test } from "vitest";
import { makersWords, podMakersOf } from "../../../src/parser/kubernetes/makers/pod_makers.js";
import { parseYamlFile } from "../../../src/parser/yaml_file.js";
import { SourceFile } from "../../../src/source/source_file.js";

/** As `NAMESPACE OBJECT`, `?` where it only may. */
function makers(...documents: string[]): readonly string[] {
  const parsed = parseYamlFile(new SourceFile("a.yaml", documents.join("\n---\n")));
  return podMakersOf(parsed).map(
    ({ namespace, object, isSure }) => `${namespace} ${object}${isSure ? "" : "?"}`,
  );
}

function object(apiVersion: string, kind: string, name: string, namespace = "shop"): string {
  return `{ apiVersion: ${apiVersion}, kind: ${kind}, metadata: { name: ${name}, namespace: ${namespace} } }`;
}

const RBAC = "rbac.authorization.k8s.io/v1";

function role(kind: string, rules: string): string {
  return `{ apiVersion: ${RBAC}, kind: ${kind}, metadata: { name: make, namespace: shop }, rules: [${rules}] }`;
}

function binding(kind: string, role: string, subjects: string, namespace = "shop"): string {
  const ref = `{ apiGroup: rbac.authorization.k8s.io, kind: ${role}, name: make }`;
  return `{ apiVersion: ${RBAC}, kind: ${kind}, metadata: { name: b, namespace: ${namespace} }, roleRef: ${ref}, subjects: [${subjects}] }`;
}

function deployment(name: string, account: string, namespace = "shop"): string {
  return `{ apiVersion: apps/v1, kind: Deployment, metadata: { name: ${name}, namespace: ${namespace} }, spec: { template: { spec: { ${account} } } } }`;
}

const PODS = '{ apiGroups: [""], resources: [pods], verbs: [create] }';
const RUNNER = "{ kind: ServiceAccount, name: runner, namespace: shop }";
const RUNS = deployment("ci", "serviceAccountName: runner");

test("objects of known operators make pods, of others may, and what only configures makes none", () => {
  expect(
    makers(
      object("monitoring.coreos.com/v1", "Prometheus", "k8s"),
      object("postgresql.cnpg.io/v1", "Cluster", "db"),
      object("serving.knative.dev/v1", "Service", "web"),
      object("acme.cert-manager.io/v1", "Challenge", "tls"),
      object("example.com/v1", "Widget", "w"),
      object("monitoring.coreos.com/v1", "ServiceMonitor", "web"),
    ),
  ).toEqual([
    "shop Prometheus shop/k8s",
    "shop Cluster shop/db",
    "shop Service shop/web",
    "shop Challenge shop/tls",
    "shop Widget shop/w?",
  ]);
});

test("a workload whose service account a role lets create pods may make some, where the role is bound", () => {
  expect(makers(role("Role", PODS), binding("RoleBinding", "Role", RUNNER), RUNS)).toEqual([
    "shop Deployment shop/ci?",
  ]);
  const elsewhere = binding("RoleBinding", "ClusterRole", RUNNER, "jobs");
  expect(makers(role("ClusterRole", PODS), elsewhere, RUNS)).toEqual(["jobs Deployment shop/ci?"]);
});

test("what is bound in every namespace counts in the workload's own", () => {
  const everywhere = binding("ClusterRoleBinding", "ClusterRole", RUNNER);
  expect(makers(role("ClusterRole", PODS), everywhere, RUNS)).toEqual(["shop Deployment shop/ci?"]);
});

test("what becomes pods counts as pods, and all of a group or of every kind", () => {
  const of = (rule: string) =>
    makers(role("Role", rule), binding("RoleBinding", "Role", RUNNER), RUNS).length;
  expect(of("{ apiGroups: [batch], resources: [jobs], verbs: ['*'] }")).toBe(1);
  expect(of("{ apiGroups: ['*'], resources: ['*'], verbs: ['*'] }")).toBe(1);
  expect(of("{ apiGroups: [''], resources: [pods/exec], verbs: [create] }")).toBe(0);
  expect(of("{ apiGroups: [''], resources: [pods], verbs: [get, list] }")).toBe(0);
  expect(of("{ apiGroups: [example.com], resources: ['*'], verbs: ['*'] }")).toBe(0);
});

test("a service account is the pod's, the one named default, or one of a group of a namespace", () => {
  const bound = (subject: string, use: string) =>
    makers(role("Role", PODS), binding("RoleBinding", "Role", subject), use).length;
  expect(bound("{ kind: ServiceAccount, name: default }", deployment("ci", "hostNetwork: false"))).toBe(1);
  expect(bound(RUNNER, deployment("ci", "serviceAccountName: other"))).toBe(0);
  expect(bound(RUNNER, deployment("ci", "serviceAccountName: runner", "other"))).toBe(0);
  expect(bound('{ kind: Group, name: "system:serviceaccounts:shop" }', RUNS)).toBe(1);
  const cron = `{ apiVersion: batch/v1, kind: CronJob, metadata: { name: ci, namespace: shop }, spec: { jobTemplate: { spec: { template: { spec: { serviceAccountName: runner } } } } } }`;
  expect(bound(RUNNER, cron)).toBe(1);
});

test("makers are named, the sure ones first, a few of many", () => {
  const maker = (name: string, isSure = true) => {
    return {
      namespace: "shop",
      object: `Kafka shop/${name}`,
      isSure,
      span: { file: "a.yaml", start: 0, end: 1 },
    };
  };
  expect(makersWords([maker("a", false), maker("b")])).toBe("Kafka shop/b makes pods that no file describes");
  expect(makersWords([maker("a", false)])).toBe("Kafka shop/a may make pods that no file describes");
  expect(makersWords(["a", "b", "c", "d", "e"].map((name) => maker(name)))).toBe(
    "Kafka shop/a, Kafka shop/b, Kafka shop/c and 2 more make pods that no file describes",
  );
  expect(makersWords([maker("a")], new Set(["other"]))).toBeUndefined();
});
