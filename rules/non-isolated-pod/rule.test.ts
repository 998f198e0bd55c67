import { expect, test } from "vitest";
import { lintFiles, places } from "../../test/lint/lint_files.js";
import { asymmetricIsolation } from "../asymmetric-isolation/rule.js";
import { networkPolicy, ofApp, pod } from "../../test/lint/objects.js";
import { nonIsolatedPod } from "./rule.js";

function isolating(app: string, types: string): string {
  return networkPolicy(`${ofApp(app)}\npolicyTypes: [${types}]`, { name: app }) + "---\n";
}

const found = async (yaml: string, more: Record<string, string> = {}) =>
  places(await lintFiles({ "a.yaml": yaml, ...more }, [asymmetricIsolation, nonIsolatedPod]));

const described: typeof pod = (...of) => `${pod(...of)}---\n`;

test("a pod that no policy selects is found, and one that is isolated in one direction at its policy", async () => {
  const pods = described("web") + described("db") + described("api");
  expect(await found(pods + isolating("web", "Ingress, Egress") + isolating("api", "Egress"))).toEqual([
    "8 non-isolated-pod",
    "27 asymmetric-isolation",
  ]);
});

test("pods of one workload are one finding", async () => {
  const owned = (name: string) =>
    described("db", { name }).replace(
      "labels:",
      "ownerReferences: [{ apiVersion: apps/v1, kind: StatefulSet, name: db, uid: a, controller: true }], labels:",
    );
  expect(await found(owned("db-0") + owned("db-1") + isolating("web", "Ingress, Egress"))).toEqual([
    "3 non-isolated-pod",
  ]);
});

test("a pod on its node's network, and one without a namespace that some policy may select, are not found", async () => {
  const onNode = described("db", { spec: "hostNetwork: true" });
  expect(await found(onNode + isolating("web", "Ingress, Egress"))).toEqual([]);
  expect(await found(described("web", { namespace: "" }) + isolating("web", "Ingress, Egress"))).toEqual([]);
});

test("a pod that some policy may select by a label of its controller is not found", async () => {
  const job = `apiVersion: batch/v1
kind: CronJob
metadata: { name: web, namespace: shop }
spec: { schedule: "* * * * *", jobTemplate: { spec: { template: { metadata: { labels: { app: web } }, spec: { containers: [{ name: main, image: "shop/main:1" }] } } } } }
---
`;
  const ofJobs = (types: string, operator = "Exists") =>
    isolating("jobs", types).replace(
      "matchLabels: { app: jobs }",
      `matchExpressions: [{ key: job-name, operator: ${operator} }]`,
    );
  expect(await found(job)).toEqual([]);
  expect(await found(job + isolating("db", "Ingress"))).toEqual(["3 non-isolated-pod"]);
  for (const operator of ["Exists", "DoesNotExist"])
    expect(await found(job + ofJobs("Ingress", operator))).toEqual([]);
  expect(await found(job + isolating("web", "Ingress"))).toEqual(["10 asymmetric-isolation"]);
  expect(await found(job + isolating("web", "Ingress") + ofJobs("Egress"))).toEqual([]);
});

test("pods that a tier closes are not found", async () => {
  const tier = (rule: string) => ({
    "b.policy.ts": `import { allow, anywhere, baselineTier, deny, everyPod, tcp } from "polc";
export default baselineTier("defaults", { priority: 1, rules: [${rule}] });
`,
  });
  expect(await found(described("web"), tier("deny(anywhere).to(everyPod)"))).toEqual([]);
  expect(await found(described("web"), tier("deny(anywhere).to(everyPod).on(tcp(22))"))).toEqual([
    "a.yaml:3 non-isolated-pod",
  ]);
});
