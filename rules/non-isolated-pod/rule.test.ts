import { expect, test } from "vitest";
import { lintFiles, places } from "../../test/lint/lint_files.js";
import { asymmetricIsolation } from "../asymmetric-isolation/rule.js";
import { nonIsolatedPod } from "./rule.js";

function pod(name: string, app: string, namespace: string | undefined = "shop", spec = ""): string {
  return `apiVersion: v1
kind: Pod
metadata: { name: ${name}, ${namespace === "" ? "" : `namespace: ${namespace}, `}labels: { app: ${app} } }
spec: { ${spec}containers: [{ name: main, image: "shop/main:1" }] }
---
`;
}

function networkPolicy(app: string, types: string, namespace = "namespace: shop"): string {
  return `apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: ${app}, ${namespace} }
spec:
  podSelector: { matchLabels: { app: ${app} } }
  policyTypes: [${types}]
---
`;
}

const found = async (yaml: string, more: Record<string, string> = {}) =>
  places(await lintFiles({ "a.yaml": yaml, ...more }, [asymmetricIsolation, nonIsolatedPod]));

test("a pod that no policy selects is found, and one that is isolated in one direction at its policy", async () => {
  const pods = pod("web-0", "web") + pod("db-0", "db") + pod("api-0", "api");
  expect(
    await found(pods + networkPolicy("web", "Ingress, Egress") + networkPolicy("api", "Egress")),
  ).toEqual(["8 non-isolated-pod", "27 asymmetric-isolation"]);
});

test("pods of one workload are one finding", async () => {
  const owned = (name: string) =>
    pod(name, "db").replace(
      "labels:",
      "ownerReferences: [{ apiVersion: apps/v1, kind: StatefulSet, name: db, uid: a, controller: true }], labels:",
    );
  expect(await found(owned("db-0") + owned("db-1") + networkPolicy("web", "Ingress, Egress"))).toEqual([
    "3 non-isolated-pod",
  ]);
});

test("a pod on its node's network, and one without a namespace that some policy may select, are not found", async () => {
  const onNode = pod("db-0", "db", "shop", "hostNetwork: true, ");
  expect(await found(onNode + networkPolicy("web", "Ingress, Egress"))).toEqual([]);
  expect(await found(pod("web-0", "web", "") + networkPolicy("web", "Ingress, Egress"))).toEqual([]);
});

test("a pod that some policy may select by a label of its controller is not found", async () => {
  const job = `apiVersion: batch/v1
kind: CronJob
metadata: { name: web, namespace: shop }
spec: { schedule: "* * * * *", jobTemplate: { spec: { template: { metadata: { labels: { app: web } }, spec: { containers: [{ name: main, image: "shop/main:1" }] } } } } }
---
`;
  const ofJobs = (types: string, operator = "Exists") =>
    networkPolicy("jobs", types).replace(
      "matchLabels: { app: jobs }",
      `matchExpressions: [{ key: job-name, operator: ${operator} }]`,
    );
  expect(await found(job)).toEqual([]);
  expect(await found(job + networkPolicy("db", "Ingress"))).toEqual(["3 non-isolated-pod"]);
  for (const operator of ["Exists", "DoesNotExist"])
    expect(await found(job + ofJobs("Ingress", operator))).toEqual([]);
  expect(await found(job + networkPolicy("web", "Ingress"))).toEqual(["10 asymmetric-isolation"]);
  expect(await found(job + networkPolicy("web", "Ingress") + ofJobs("Egress"))).toEqual([]);
});

test("pods that a tier closes are not found", async () => {
  const tier = (rule: string) => ({
    "b.policy.ts": `import { allow, anywhere, baselineTier, deny, everyPod, tcp } from "polc";
export default baselineTier("defaults", { priority: 1, rules: [${rule}] });
`,
  });
  expect(await found(pod("web-0", "web"), tier("deny(anywhere).to(everyPod)"))).toEqual([]);
  expect(await found(pod("web-0", "web"), tier("deny(anywhere).to(everyPod).on(tcp(22))"))).toEqual([
    "a.yaml:3 non-isolated-pod",
  ]);
});
