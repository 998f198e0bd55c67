import { expect, test } from "vitest";
import { findings, read, withoutSpans } from "../reading.js";

const inventory = (text: string) =>
  withoutSpans(read(text).inventory) as ReturnType<typeof read>["inventory"];

test("a namespace always has its name as a label", () => {
  const text = `{apiVersion: v1, kind: Namespace, metadata: {name: a, labels: {team: t, kubernetes.io/metadata.name: lie}}}`;
  expect(inventory(text).namespaces).toEqual([
    { name: "a", labels: { team: "t", "kubernetes.io/metadata.name": "a" } },
  ]);
});

test("a pod has the ports of its containers, then those of its sidecars, and its addresses in canonical text", () => {
  const text = `apiVersion: v1
kind: Pod
metadata: {name: web-1, namespace: shop, labels: {app: web}}
spec:
  nodeName: n1
  initContainers:
    - {name: once, ports: [{containerPort: 1}]}
    - {name: proxy, restartPolicy: Always, ports: [{name: admin, containerPort: 15000}]}
  containers:
    - {name: web, ports: [{name: http, containerPort: 8080, protocol: TCP}, {containerPort: 53, protocol: UDP}]}
    - {name: quiet}
status: {podIP: 10.0.0.7, podIPs: [{ip: 10.0.0.7}, {ip: "FD00:0::7"}]}
`;
  expect(findings(text)).toEqual([]);
  expect(inventory(text).pods).toEqual([
    {
      namespace: "shop",
      name: "web-1",
      labels: { app: "web" },
      ports: [
        { name: "http", port: 8080, protocol: "TCP" },
        { port: 53, protocol: "UDP" },
        { name: "admin", port: 15000, protocol: "TCP" },
      ],
      ips: ["10.0.0.7", "fd00::7"],
      node: "n1",
      hostNetwork: false,
    },
  ]);
});

test("every kind with a pod template stands for one pod under its name", () => {
  const template = `template: {metadata: {labels: {app: a}}, spec: {hostNetwork: true, containers: [{ports: [{containerPort: 80}]}]}}`;
  const kinds = {
    Deployment: "apps/v1",
    StatefulSet: "apps/v1",
    DaemonSet: "apps/v1",
    ReplicaSet: "apps/v1",
    Job: "batch/v1",
    ReplicationController: "v1",
  };
  const documents = Object.entries(kinds).map(
    ([kind, version]) => `{apiVersion: ${version}, kind: ${kind}, metadata: {name: a}, spec: {${template}}}`,
  );
  const cron = `{apiVersion: batch/v1, kind: CronJob, metadata: {name: a}, spec: {jobTemplate: {spec: {${template}}}}}`;
  const text = [...documents, cron].map((document) => `---\n${document}\n`).join("");
  expect(findings(text)).toEqual([]);
  const added = { Job: { "batch.kubernetes.io/job-name": "a", "job-name": "a" } };
  const pods = inventory(text).pods.map(({ chosen: _, ...pod }) => pod);
  expect(pods).toEqual(
    [...Object.keys(kinds), "CronJob"].map((kind) => ({
      namespace: "default",
      namespaceUnwritten: true,
      name: "a",
      labels: { app: "a", ...added[kind as "Job"] },
      ports: [{ port: 80, protocol: "TCP" }],
      ips: [],
      hostNetwork: true,
      workload: { kind, name: "a" },
    })),
  );
});

test("a service has its selector, and ports with what they mean on the pods", () => {
  const text = `apiVersion: v1
kind: Service
metadata: {name: web, namespace: shop}
spec:
  selector: {app: web}
  ports: [{name: http, port: 80, targetPort: 8080}, {port: 443, targetPort: https}, {port: 53, protocol: UDP}]
---
{apiVersion: v1, kind: Service, metadata: {name: outside}, spec: {type: ExternalName, externalName: example.com}}
`;
  expect(inventory(text).services).toEqual([
    {
      namespace: "shop",
      name: "web",
      selector: { app: "web" },
      ports: [
        { name: "http", port: 80, targetPort: 8080, protocol: "TCP" },
        { port: 443, targetPort: "https", protocol: "TCP" },
        { port: 53, targetPort: 53, protocol: "UDP" },
      ],
    },
    {
      namespace: "default",
      namespaceUnwritten: true,
      name: "outside",
      ports: [],
      externalName: "example.com",
      type: "ExternalName",
    },
  ]);
});

test("a node has its addresses, without host names", () => {
  const text = `apiVersion: v1
kind: Node
metadata: {name: n1}
status: {addresses: [{type: InternalIP, address: 192.168.0.1}, {type: Hostname, address: n1}, {type: ExternalIP, address: "fd00::1"}]}
`;
  expect(inventory(text).nodes).toEqual([{ name: "n1", ips: ["192.168.0.1", "fd00::1"] }]);
});

test("fields that are not read are not checked, those that are read are", () => {
  const pod = (spec: string) => `{apiVersion: v1, kind: Pod, metadata: {name: a}, spec: ${spec}}`;
  expect(findings(pod("{containers: [{image: 5, unknown: []}], whatever: 1}"))).toEqual([]);
  expect(findings(pod("{containers: {}}"))).toEqual(['error wrong-type at "{}"']);
  expect(findings(pod('{containers: [{ports: [{containerPort: "80"}]}]}'))).toEqual([
    'error wrong-type at "\\"80\\""',
  ]);
  expect(findings(pod("{containers: [{ports: [{containerPort: 65536}]}]}"))).toEqual([
    'error port-out-of-range at "65536"',
  ]);
  expect(findings(pod("{containers: [{ports: [{name: a}]}]}"))).toEqual([
    'error missing-field at "{name: a}"',
  ]);
  expect(findings(pod("{containers: [{ports: [{containerPort: 1, protocol: tcp}]}]}"))).toEqual([
    'error unsupported-protocol at "tcp"',
  ]);
  expect(findings("{apiVersion: v1, kind: Pod, metadata: {name: a}, status: {podIP: 1.2.3}}")).toEqual([
    'error invalid-ip at "1.2.3"',
  ]);
  expect(findings("{apiVersion: v1, kind: Namespace, metadata: {}}")).toEqual(['error missing-name at "{}"']);
});

test("a kind of the same name from another API is not taken for one that is read", () => {
  const text = "{apiVersion: serving.knative.dev/v1, kind: Service, metadata: {name: a}, spec: {ports: 5}}";
  expect(findings(text)).toEqual([]);
  expect(inventory(text).services).toEqual([]);
  expect(read(text).ignored).toBe(1);
});

test("the items of a list of one kind need not say of which kind they are", () => {
  const text = `apiVersion: v1
kind: NamespaceList
items:
  - metadata: { name: blue, labels: { team: a } }
  - metadata: { name: green }
`;
  expect(findings(text)).toEqual([]);
  expect(inventory(text).namespaces.map(({ name }) => name)).toEqual(["blue", "green"]);
});

const workload = (kind: string, spec: string, labels = "{app: a}") => {
  const template = `template: {metadata: {labels: ${labels}}, spec: {}}`;
  const version = kind.endsWith("Job") ? "batch/v1" : "apps/v1";
  const whole = kind === "CronJob" ? `jobTemplate: {spec: {${spec}${template}}}` : `${spec}${template}`;
  const text = `{apiVersion: ${version}, kind: ${kind}, metadata: {name: a, uid: u}, spec: {${whole}}}`;
  const { labels: found, chosen } = inventory(text).pods[0]!;
  return { labels: found, chosen };
};

test("a Job names itself in the labels of its pods, and its uid, unless its selector is written by hand", () => {
  const uid = { prefixes: { "batch.kubernetes.io/controller-uid": "", "controller-uid": "" } };
  const names = { "batch.kubernetes.io/job-name": "a", "job-name": "a" };
  expect(workload("Job", "")).toEqual({ labels: { app: "a", ...names }, chosen: [uid] });
  expect(workload("Job", "manualSelector: true, ")).toEqual({ labels: { app: "a" }, chosen: undefined });
  const dumped =
    "{job-name: a, batch.kubernetes.io/job-name: a, controller-uid: u, batch.kubernetes.io/controller-uid: u}";
  expect(workload("Job", "", dumped).chosen).toBeUndefined();
  expect(workload("Job", "completionMode: Indexed, completions: 3, ").chosen?.[1]).toEqual({
    prefixes: { "batch.kubernetes.io/job-completion-index": "" },
    numbers: { first: 0, last: 2 },
  });
});

test("a CronJob's jobs are called after it and a number, which no manifest tells", () => {
  const { labels, chosen } = workload("CronJob", "");
  expect(labels).toEqual({ app: "a" });
  expect(chosen?.[0]).toEqual({
    prefixes: { "batch.kubernetes.io/job-name": "a-", "job-name": "a-" },
    numbers: { first: 0 },
  });
});

test("a StatefulSet's pods have an ordinal each, as many as replicas are written", () => {
  const keys = { "statefulset.kubernetes.io/pod-name": "a-", "apps.kubernetes.io/pod-index": "" };
  const ordinals = (spec: string) => workload("StatefulSet", spec).chosen?.[0];
  expect(ordinals("")).toEqual({ prefixes: keys, numbers: { first: 0 } });
  expect(ordinals("replicas: 3, ")).toEqual({ prefixes: keys, numbers: { first: 0, last: 2 } });
  expect(ordinals("replicas: 2, ordinals: {start: 5}, ")).toEqual({
    prefixes: keys,
    numbers: { first: 5, last: 6 },
  });
});

test("what Deployments and DaemonSets add are hashes, whatever the template says", () => {
  expect(workload("Deployment", "", "{app: a, pod-template-hash: old}")).toEqual({
    labels: { app: "a" },
    chosen: [{ prefixes: { "pod-template-hash": "" } }],
  });
  expect(workload("DaemonSet", "").chosen?.map(({ prefixes }) => prefixes)).toEqual([
    { "controller-revision-hash": "" },
    { "pod-template-generation": "" },
  ]);
});
