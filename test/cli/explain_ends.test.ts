/** Who is at the ends of a question: workloads, running pods, the host network, services, both families of addresses. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import * as explain from "../../src/cli/explain/explain.js";
import { runCommand } from "./run_command.js";

let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "polc-explain-ends-"));
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

type Question = readonly [from: string, to: string, port: string, ...more: string[]];

async function ask(manifests: readonly string[], ...[from, to, port, ...more]: Question) {
  const file = join(folder, "all.yaml");
  writeFileSync(file, manifests.map((each) => `---\n${each}\n`).join(""));
  const ran = await runCommand(explain, "--from", from, "--to", to, "--port", port, ...more, file);
  return { ...ran, stdout: ran.stdout.replaceAll(`${folder}/`, "") };
}

/** The headings of the answers, and the notes. */
async function told(manifests: readonly string[], ...question: Question) {
  const { stdout, stderr } = await ask(manifests, ...question);
  return `${stdout}${stderr}`
    .split("\n")
    .filter((line) => /^(\S.* -> |note: |Service |polc explain: | {2}help)/.test(line));
}

const METADATA = (name: string, more = "") => `metadata: {name: ${name}, namespace: shop, ${more}}`;
const pod = (name: string, more = "", ips: readonly string[] = [], metadata = "") =>
  `{apiVersion: v1, kind: Pod, ${METADATA(name, `labels: {app: ${name}}, ${metadata}`)}, spec: {containers: [], ${more}}, status: {podIPs: [${ips.map((ip) => `{ip: "${ip}"}`).join()}]}}`;
const workload = (kind: string, name: string, spec = "", podSpec = "") =>
  `{apiVersion: ${kind === "Job" ? "batch/v1" : "apps/v1"}, kind: ${kind}, ${METADATA(name)}, spec: {${spec}template: {metadata: {labels: {app: ${name}}}, spec: {containers: [], ${podSpec}}}}}`;
const policy = (selector: string, rules = "", types = "[Ingress, Egress]") =>
  `{apiVersion: networking.k8s.io/v1, kind: NetworkPolicy, ${METADATA("np")}, spec: {podSelector: {${selector}}, policyTypes: ${types}, ${rules}}}`;
const service = (name: string, spec: string) =>
  `{apiVersion: v1, kind: Service, ${METADATA(name)}, spec: {${spec}}}`;

test("a Job's pods have the labels that name it", async () => {
  const job = workload("Job", "migrate");
  for (const key of ["job-name", "batch.kubernetes.io/job-name"])
    for (const from of ["shop/migrate", "job/migrate", "shop/job/migrate", "shop/migrate-x7k2p"])
      expect(await told([job, policy(`matchLabels: {${key}: migrate}`)], from, "203.0.113.7", "443")).toEqual(
        [`shop/${from.endsWith("x7k2p") ? "migrate-x7k2p" : "migrate"} -> 203.0.113.7  443/TCP: deny`],
      );
});

test("of a label that a controller chooses it is told what depends on it", async () => {
  const web = workload("Deployment", "web");
  const asking = (operator: string, values = "") =>
    policy(`matchExpressions: [{key: pod-template-hash, operator: ${operator}${values}}]`);
  expect(await told([web, asking("In", ", values: [7b78d7c957]")], "shop/web", "203.0.113.7", "443")).toEqual(
    [
      "shop/web -> 203.0.113.7  443/TCP: allow",
      "note: the controller of Deployment shop/web chooses pod-template-hash, and no file gives the value",
      "shop/web with pod-template-hash=7b78d7c957 -> 203.0.113.7  443/TCP: deny",
    ],
  );
  expect(await told([web, asking("Exists")], "shop/web", "203.0.113.7", "443")).toEqual([
    "shop/web -> 203.0.113.7  443/TCP: deny",
  ]);
  const hash = asking("In", ", values: [7b78d7c957]");
  expect(await told([web, hash], "shop/web-7b78d7c957-x7k2p", "203.0.113.7", "443")).toEqual([
    "shop/web-7b78d7c957-x7k2p -> 203.0.113.7  443/TCP: deny",
  ]);
});

test("JSON leaves out what a controller chooses, and names the label", async () => {
  const { stdout } = await ask(
    [workload("Deployment", "web")],
    "shop/web",
    "203.0.113.7",
    "443",
    "-f",
    "json",
  );
  expect(JSON.parse(stdout)).toMatchObject({
    verdict: "allow",
    from: { labels: { app: "web" }, unknownLabels: ["pod-template-hash"] },
    families: [4],
  });
});

test("the pods of a StatefulSet are told apart by their names", async () => {
  const first = policy("matchLabels: {statefulset.kubernetes.io/pod-name: db-0}");
  const set = (spec: string) => [workload("StatefulSet", "db", spec), first];
  expect(await told(set("replicas: 3, "), "shop/db", "203.0.113.7", "443")).toEqual([
    "shop/db -> 203.0.113.7  443/TCP: allow",
    "shop/db-0 -> 203.0.113.7  443/TCP: deny",
  ]);
  expect(await told(set("replicas: 1, "), "shop/db", "203.0.113.7", "443")).toEqual([
    "shop/db -> 203.0.113.7  443/TCP: deny",
  ]);
  expect(await told(set(""), "shop/db-1", "203.0.113.7", "443")).toEqual([
    "shop/db-1 -> 203.0.113.7  443/TCP: allow",
  ]);
  expect(await told(set("replicas: 3, "), "shop/db-3", "203.0.113.7", "443")).toEqual([
    "polc explain: no pod or workload shop/db-3 in the files",
    "  help: did you mean shop/db?",
  ]);
});

test("the running pods of a workload are asked about together, each about the others", async () => {
  const owned = (name: string, hash: string) =>
    pod(
      name,
      "",
      [`10.0.0.${name.length}`],
      `ownerReferences: [{kind: ReplicaSet, name: web-${hash}, controller: true}]`,
    ).replace(`app: ${name}`, `app: web, pod-template-hash: ${hash}`);
  const dump = [owned("web-a1-x", "a1"), owned("web-a1-xy", "a1"), owned("web-b2-xyz", "b2")];
  expect(await told(dump, "shop/web", "shop/web", "80")).toEqual([
    "shop/web (3 pods) -> shop/web (3 pods)  80/TCP: allow",
  ]);
  const old = policy("matchLabels: {pod-template-hash: b2}", "", "[Egress]");
  expect(await told([...dump, old], "shop/web", "203.0.113.7", "80")).toEqual([
    "shop/web-a1-x, shop/web-a1-xy -> 203.0.113.7  80/TCP: allow",
    "shop/web-b2-xyz -> 203.0.113.7  80/TCP: deny",
  ]);
});

test("what a pod sends itself is allowed, by its name, its address or loopback", async () => {
  const manifests = [pod("web", "", ["10.0.0.1", "fd00::1"]), policy("")];
  for (const to of ["shop/web", "10.0.0.1", "fd00::1", "127.0.0.1", "127.8.8.8", "::1"]) {
    const { code, stdout } = await ask(manifests, "shop/web", to, "80");
    expect([to, code]).toEqual([to, 0]);
    expect(stdout).toContain("the pod itself: no policy applies to what it sends itself");
  }
});

test("pods of one template are not one pod: policies apply between them", async () => {
  const manifests = [workload("Deployment", "web"), policy("")];
  expect((await ask(manifests, "shop/web", "shop/web", "80")).code).toBe(1);
  expect((await ask(manifests, "shop/app=web", "shop/app=web", "80")).code).toBe(1);
  expect((await ask(manifests, "shop/web", "127.0.0.1", "80")).code).toBe(0);
});

const AGENT = "hostNetwork: true, nodeName: n1";

test("a pod on the host network has no policies, and no selector of pods selects it", async () => {
  const web = pod("web", "nodeName: n2", ["10.0.0.1"]);
  const agent = pod("agent", AGENT, ["192.0.2.1"]);
  const open = policy("matchLabels: {app: web}", "ingress: [{from: [{podSelector: {}}]}]", "[Ingress]");
  const { code, stdout } = await ask([web, agent, open], "shop/agent", "shop/web", "80");
  expect(code).toBe(1);
  expect(stdout).toContain(
    "egress from shop/agent: allow\n  on the host network: policies treat it as its node, and none applies\n",
  );
  expect(stdout).toContain(
    "note: shop/agent is on the host network: rules see its node's address, pod selectors do not match it, and pods on its node always reach it\n",
  );
  const block = open.replace("podSelector: {}}]", "ipBlock: {cidr: 192.0.2.0/24}}]");
  expect((await ask([web, agent, block], "shop/agent", "shop/web", "80")).code).toBe(0);
  expect((await ask([agent, policy("")], "shop/agent", "203.0.113.7", "80")).code).toBe(0);
});

test("a pod on the host network of the other pod's node is that node", async () => {
  const manifests = [
    pod("web", "nodeName: n1", ["10.0.0.1"]),
    pod("agent", AGENT, ["192.0.2.1"]),
    policy(""),
  ];
  for (const from of ["shop/agent", "192.0.2.1"]) {
    const { code, stdout } = await ask(manifests, from, "shop/web", "80");
    expect(code).toBe(0);
    expect(stdout).toContain("the pod's own node: its traffic always passes");
    expect(stdout).not.toContain("note:");
  }
});

test("pods with addresses of both families are asked about in both", async () => {
  const pods = [pod("a", "", ["10.0.0.1", "fd00::1"]), pod("b", "", ["10.0.0.2", "fd00::2"])];
  const from = (cidr: string) =>
    policy("matchLabels: {app: b}", `ingress: [{from: [{ipBlock: {cidr: "${cidr}"}}]}]`, "[Ingress]");
  expect(await told([...pods, from("0.0.0.0/0")], "shop/a", "shop/b", "80")).toEqual([
    "shop/a -> shop/b  80/TCP over IPv4: allow",
    "shop/a -> shop/b  80/TCP over IPv6: deny",
  ]);
  expect(await told([...pods, from("::/0")], "shop/a", "shop/b", "1-2,icmp")).toEqual([
    "shop/a -> shop/b over IPv4",
    "shop/a -> shop/b over IPv6",
  ]);
  expect(await told(pods, "shop/a", "shop/b", "80")).toEqual([
    "shop/a -> shop/b  80/TCP over IPv4 and IPv6: allow",
  ]);
  expect(await told([...pods, from("0.0.0.0/0")], "shop/a", "fd00::2", "80")).toEqual([
    "shop/a -> shop/b  80/TCP: deny",
  ]);
  const { code, stdout } = await ask([...pods, from("0.0.0.0/0")], "shop/a", "shop/b", "80", "-f", "json");
  expect(code).toBe(1);
  const { verdict, answers } = JSON.parse(stdout);
  expect([
    verdict,
    ...answers.map((each: { verdict: string; families: number[] }) => [each.verdict, each.families]),
  ]).toEqual(["deny", ["allow", [4]], ["deny", [6]]]);
});

const TIER = (selector: string) =>
  `{apiVersion: policy.networking.k8s.io/v1alpha2, kind: ClusterNetworkPolicy, metadata: {name: t}, spec: {tier: Admin, priority: 1, subject: {namespaces: {${selector}}}, ingress: [{action: Deny, from: [{namespaces: {}}]}]}}`;

test("labels of a namespace that no file describes are not known, which is said where a rule asks for them", async () => {
  const pods = [pod("a"), pod("b")];
  const note = "note: no file describes namespace shop, so its labels are unknown: rules see only the name";
  const asked = TIER("matchLabels: {env: prod}");
  expect(await told([...pods, asked], "shop/a", "shop/b", "80")).toEqual([
    "shop/a -> shop/b  80/TCP: allow",
    note,
  ]);
  expect(await told([...pods, asked], "shop/a", "203.0.113.7", "80")).toEqual([
    "shop/a -> 203.0.113.7  80/TCP: allow",
  ]);
  const described = "{apiVersion: v1, kind: Namespace, metadata: {name: shop}}";
  expect(await told([...pods, asked, described], "shop/a", "shop/b", "80")).toEqual([
    "shop/a -> shop/b  80/TCP: allow",
  ]);
  const byName = TIER("matchLabels: {kubernetes.io/metadata.name: other, env: prod}");
  expect(await told([...pods, byName], "shop/a", "shop/b", "80")).toEqual([
    "shop/a -> shop/b  80/TCP: allow",
  ]);
  const { stdout } = await ask([...pods, asked], "shop/a", "shop/b", "80", "-f", "json");
  expect(JSON.parse(stdout).notes).toEqual([note.slice("note: ".length)]);
});

const WEB = pod("web", "", ["10.0.0.1"]).replace(
  "containers: []",
  "containers: [{ports: [{name: http, containerPort: 8080}]}]",
);
const CLIENT = pod("client", "", ["10.0.0.9"]);
const OF_WEB = "selector: {app: web}, ";

test("a Service leads to the target ports of its pods, by its name and by its addresses", async () => {
  const svc = service(
    "front",
    `${OF_WEB}clusterIP: 10.96.0.7, ports: [{name: plain, port: 80, targetPort: http}]`,
  );
  const manifests = [WEB, CLIENT, svc];
  for (const [to, port] of [
    ["shop/front", "80"],
    ["shop/front", "plain"],
    ["shop/front", "any"],
    ["svc/front", "80"],
    ["10.96.0.7", "80/tcp"],
  ] as const)
    expect(await told(manifests, "shop/client", to, port)).toEqual([
      "Service shop/front: 80/TCP leads to 8080/TCP of shop/web",
      "shop/client -> shop/web  8080/TCP: allow",
    ]);
  expect(await told(manifests, "shop/client", "shop/front", "8080")).toEqual([
    "polc explain: Service shop/front has no port 8080",
    "  help: did you mean 80/tcp?",
  ]);
  expect(await told(manifests, "shop/front", "shop/client", "80")).toEqual([
    "polc explain: Service shop/front opens no connections: use one of its pods",
  ]);
  const { stdout } = await ask(manifests, "shop/client", "shop/front", "80", "-f", "json");
  expect(JSON.parse(stdout)).toMatchObject({
    to: { name: "web" },
    port: 8080,
    services: [
      { namespace: "shop", name: "front", port: 80, protocol: "TCP", targetPort: 8080, pods: ["shop/web"] },
    ],
  });
});

test("a pod and a Service of one name: the pod is meant, unless the kind is written", async () => {
  const manifests = [WEB, CLIENT, service("web", `${OF_WEB}ports: [{port: 80, targetPort: 8080}]`)];
  expect(await told(manifests, "shop/client", "shop/web", "80")).toEqual([
    "shop/client -> shop/web  80/TCP: allow",
  ]);
  expect(await told(manifests, "shop/client", "shop/svc/web", "80")).toEqual([
    "Service shop/web: 80/TCP leads to 8080/TCP of shop/web",
    "shop/client -> shop/web  8080/TCP: allow",
  ]);
});

test("a node's port leads to the pods, which may see a node's address", async () => {
  const node =
    "{apiVersion: v1, kind: Node, metadata: {name: n1}, status: {addresses: [{type: InternalIP, address: 192.0.2.1}]}}";
  const spec = `${OF_WEB}type: NodePort, ports: [{port: 80, targetPort: 8080, nodePort: 30080}]`;
  const lead = "Service shop/front: 80/TCP leads to 8080/TCP of shop/web";
  const answer = "203.0.113.7 -> shop/web  8080/TCP: allow";
  expect(await told([WEB, node, service("front", spec)], "203.0.113.7", "192.0.2.1", "30080")).toEqual([
    lead,
    answer,
    "note: a node may forward this, and the pods then see the node's address instead of 203.0.113.7 (externalTrafficPolicy is not Local)",
  ]);
  const local = service("front", `${spec}, externalTrafficPolicy: Local`);
  expect(await told([WEB, node, local], "203.0.113.7", "192.0.2.1", "30080")).toEqual([lead, answer]);
  expect(await told([WEB, CLIENT, node, local], "shop/client", "192.0.2.1", "22")).toEqual([
    "shop/client -> 192.0.2.1  22/TCP: allow",
  ]);
});

test("a headless Service is its pods, and one without known pods is said to be so", async () => {
  const headless = service("front", `${OF_WEB}clusterIP: None, ports: [{port: 80, targetPort: 8080}]`);
  expect(await told([WEB, CLIENT, headless], "shop/client", "shop/front", "8080")).toEqual([
    "shop/client -> shop/web  8080/TCP: allow",
  ]);
  expect(await told([WEB, CLIENT, headless], "shop/client", "shop/front", "80")).toEqual([
    "shop/client -> shop/web  80/TCP: allow",
    "note: Service shop/front is headless: connections arrive at port 80 of its pods, not at its targetPort 8080",
  ]);
  const said = async (spec: string) =>
    (await told([CLIENT, service("s", spec)], "shop/client", "shop/s", "80"))[0];
  expect(await said("ports: [{port: 80}]")).toContain(
    "Service shop/s has no selector and no EndpointSlice in the files",
  );
  expect(await said(`${OF_WEB}ports: [{port: 80}]`)).toContain("Service shop/s selects no pod in the files");
  expect(await said("type: ExternalName, externalName: db.example.com")).toContain(
    "Service shop/s is an alias of db.example.com",
  );
});

test("a Service without a selector leads to what its EndpointSlices name, pods or not", async () => {
  const byHand = service("front", "ports: [{name: http, port: 80}]");
  const slice = (addresses: string) =>
    `{apiVersion: discovery.k8s.io/v1, kind: EndpointSlice, ${METADATA("front-1", "labels: {kubernetes.io/service-name: front}")}, addressType: IPv4, ports: [{name: http, port: 8080}], endpoints: [${addresses}]}`;
  const db = pod("db", "", ["10.0.0.5"]);
  const client = pod("client", "", ["10.0.0.6"]);
  const closed = policy("matchLabels: {app: db}", "", "[Ingress]");
  const both = slice("{addresses: [10.0.0.5]}, {addresses: [198.51.100.7]}");
  const asked = await told([db, client, byHand, both, closed], "shop/client", "shop/front", "80");
  expect(asked).toEqual([
    "Service shop/front: 80/TCP leads to 8080/TCP of shop/db, 198.51.100.7",
    "shop/client -> shop/db  8080/TCP: deny",
    "shop/client -> 198.51.100.7  8080/TCP: allow",
  ]);
  const ending = slice("{addresses: [10.0.0.5], conditions: {ready: false}}");
  expect((await told([db, client, byHand, ending], "shop/client", "shop/front", "80"))[0]).toContain(
    "Service shop/front has no ready endpoint in its EndpointSlices",
  );
});

test("a Service of one pod of a StatefulSet leads to that pod alone", async () => {
  const database = workload("StatefulSet", "db", "replicas: 2, ");
  const primary = service(
    "primary",
    "selector: {app: db, statefulset.kubernetes.io/pod-name: db-0}, ports: [{port: 5432}]",
  );
  const second = policy('matchLabels: {apps.kubernetes.io/pod-index: "1"}', "", "[Ingress]");
  expect(await told([database, primary, second], "203.0.113.7", "shop/primary", "5432")).toEqual([
    "Service shop/primary: 5432/TCP leads to 5432/TCP of shop/db-0",
    "203.0.113.7 -> shop/db-0  5432/TCP: allow",
  ]);
  const closed = policy("matchLabels: {app: db}", "", "[Ingress]");
  const asked = [database, primary, closed];
  expect(await told(asked, "shop/db-0", "shop/primary", "5432")).toContain(
    "shop/db-0 -> shop/db-0  5432/TCP: allow",
  );
  expect(await told(asked, "shop/db-1", "shop/primary", "5432")).toContain(
    "shop/db-1 -> shop/db-0  5432/TCP: deny",
  );
});

test("each port of a Service that is asked about has to lead to a pod", async () => {
  const web = pod("web", "", ["10.1.0.1"]);
  const front = service(
    "front",
    "selector: {app: web}, ports: [{name: a, port: 80, targetPort: 8080}, {name: b, port: 81, targetPort: admin}]",
  );
  expect(await told([web, front], "203.0.113.7", "shop/front", "80,81")).toEqual([
    "polc explain: 81/tcp of Service shop/front leads to a port named admin, but none of its pods has one",
  ]);
  expect(await told([web, front], "203.0.113.7", "shop/front", "any")).toEqual([
    "Service shop/front: 80/TCP leads to 8080/TCP of shop/web",
    "203.0.113.7 -> shop/web  8080/TCP: allow",
  ]);
});

test("an address of a Service leads to the addresses of its own family", async () => {
  const web = pod("web", "", ["10.1.0.1", "fd01::1"]);
  const api = pod("api", "", ["10.1.0.2", "fd01::2"]);
  const front = service(
    "front",
    'clusterIPs: [10.96.0.9, "fd02::9"], selector: {app: web}, ports: [{port: 80}]',
  );
  const ofV6 = policy(
    "matchLabels: {app: web}",
    'ingress: [{from: [{ipBlock: {cidr: "fd01::/64"}}]}]',
    "[Ingress]",
  );
  const all = [web, api, front, ofV6];
  const lead = "Service shop/front: 80/TCP leads to 80/TCP of shop/web";
  expect(await told(all, "shop/api", "10.96.0.9", "80")).toEqual([
    lead,
    "shop/api -> shop/web  80/TCP: deny",
  ]);
  expect(await told(all, "shop/api", "fd02::9", "80")).toEqual([lead, "shop/api -> shop/web  80/TCP: allow"]);
  expect(await told(all, "203.0.113.7", "fd02::9", "80")).toEqual([
    "polc explain: 203.0.113.7 and fd02::9 have no address family in common",
  ]);
});

test("a pod that has ended is no end of a connection, and its address is whose it is now", async () => {
  const done = pod("done", "", ["10.0.0.1"]).replace("status: {", "status: {phase: Succeeded, ");
  expect(await told([done, WEB, CLIENT], "shop/client", "10.0.0.1", "80")).toEqual([
    "shop/client -> shop/web  80/TCP: allow",
  ]);
  expect(await told([done, CLIENT], "shop/client", "shop/done", "80")).toEqual([
    "polc explain: pod shop/done has ended: it has no network",
  ]);
});

const NODE = (name: string, ip: string) =>
  `{apiVersion: v1, kind: Node, metadata: {name: ${name}}, status: {addresses: [{type: InternalIP, address: ${ip}}]}}`;
const DUAL = [
  NODE("n1", "192.0.2.1"),
  NODE("n2", "192.0.2.2"),
  pod("web", "nodeName: n1", ["10.1.0.1", "fd01::1"]),
  pod("api", "nodeName: n2", ["10.1.0.2", "fd01::2"]),
];

/** The addresses that were asked for, with what is behind them. */
async function asked(manifests: readonly string[], from: string, to: string, ...port: readonly string[]) {
  const file = join(folder, "all.yaml");
  writeFileSync(file, manifests.map((each) => `---\n${each}\n`).join(""));
  const { stdout, stderr } = await runCommand(explain, "--from", from, "--to", to, ...port, file);
  return `${stdout}${stderr}`.split("\n").filter((line) => /^[^ ]+\/(TCP|UDP)|^polc explain/.test(line));
}

test("a Service by its name: both of its addresses, each with the endpoints of its own family", async () => {
  const front = service(
    "front",
    'clusterIP: 10.96.0.9, clusterIPs: [10.96.0.9, "fd02::9"], selector: {app: web}, ports: [{port: 80, targetPort: 8080}]',
  );
  expect(await asked([...DUAL, front], "shop/api", "shop/front", "--port", "80")).toEqual([
    "10.96.0.9:80/TCP, the cluster IP of Service shop/front: 10.1.0.1:8080 (shop/web on n1)",
    "[fd02::9]:80/TCP, the cluster IP of Service shop/front: [fd01::1]:8080 (shop/web on n1)",
  ]);
  expect(await asked([...DUAL, front], "shop/api", "[fd02::9]:80")).toEqual([
    "[fd02::9]:80/TCP, the cluster IP of Service shop/front: [fd01::1]:8080 (shop/web on n1)",
  ]);
  const { stdout } = await ask([...DUAL, front], "shop/api", "shop/front", "80", "-f", "json");
  expect(JSON.parse(stdout)).toMatchObject({
    asked: [
      {
        ...{ address: "10.96.0.9", port: 80, protocol: "TCP", service: "shop/front", kind: "cluster-ip" },
        outcome: "connected",
        endpoints: [{ address: "10.1.0.1", port: 8080, pod: "shop/web", node: "n1" }],
      },
      { address: "fd02::9", endpoints: [{ address: "fd01::1" }] },
    ],
  });
});

test("an address with a port: cluster IP, load balancer and node port", async () => {
  const front = service(
    "front",
    "type: LoadBalancer, clusterIP: 10.96.0.9, clusterIPs: [10.96.0.9], selector: {app: web}, externalTrafficPolicy: Local, ports: [{port: 80, targetPort: 8080, nodePort: 30080}]",
  ).replace(/}$/, ", status: {loadBalancer: {ingress: [{ip: 198.51.100.7}]}}}");
  const all = [...DUAL, front];
  const web = "10.1.0.1:8080 (shop/web on n1)";
  expect(await asked(all, "shop/api", "10.96.0.9:80")).toEqual([
    `10.96.0.9:80/TCP, the cluster IP of Service shop/front: ${web}`,
  ]);
  expect(await asked(all, "203.0.113.7", "198.51.100.7:80/tcp")).toEqual([
    `198.51.100.7:80/TCP, a load balancer's address of Service shop/front, asked from 203.0.113.7 by node n1: ${web}`,
    "198.51.100.7:80/TCP, asked from 203.0.113.7 by node n2: no answer, because of the traffic policy",
  ]);
  expect(await asked(all, "203.0.113.7", "192.0.2.1:30080")).toEqual([
    `192.0.2.1:30080/TCP, a node port of Service shop/front: ${web}`,
  ]);
  expect(await asked(all, "203.0.113.7", "192.0.2.2:30080")).toEqual([
    "192.0.2.2:30080/TCP: no answer, because of the traffic policy",
  ]);
  expect(await asked(all, "shop/api", "10.96.0.9:80", "--port", "80")).toEqual([
    "polc explain: 10.96.0.9:80 and --port are two ports",
  ]);
});

test("with internalTrafficPolicy Local it depends on the client's node who is behind a cluster IP", async () => {
  const front = service(
    "front",
    "clusterIP: 10.96.0.9, clusterIPs: [10.96.0.9], selector: {app: web}, internalTrafficPolicy: Local, ports: [{port: 80}]",
  );
  const agent = (name: string, node: string, ip: string) =>
    pod(
      name,
      `nodeName: ${node}`,
      [ip],
      "ownerReferences: [{kind: DaemonSet, name: agent, controller: true}]",
    );
  const agents = [agent("agent-1", "n1", "10.1.1.1"), agent("agent-2", "n2", "10.1.1.2")];
  expect(await asked([...DUAL, ...agents, front], "shop/agent", "10.96.0.9:80")).toEqual([
    "10.96.0.9:80/TCP, the cluster IP of Service shop/front, asked from shop/agent-1: 10.1.0.1:80 (shop/web on n1)",
    "10.96.0.9:80/TCP, asked from shop/agent-2: no answer, because of the traffic policy",
  ]);
});

test("of templates no endpoint is known, and none is told", async () => {
  const front = service("front", "clusterIP: 10.96.0.9, selector: {app: web}, ports: [{port: 80}]");
  expect(await asked([workload("Deployment", "web"), pod("api"), front], "shop/api", "10.96.0.9:80")).toEqual(
    [],
  );
});
