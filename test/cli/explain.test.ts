import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import * as explain from "../../src/cli/explain/explain.js";
import { runCommand } from "./run_command.js";

let folder: string;
const path = (name: string) => join(folder, name);

const PODS = `apiVersion: v1
kind: Pod
metadata: { name: web-0, namespace: shop, labels: { app: web } }
spec:
  nodeName: node-a
  containers: [{ name: main, image: "shop/web:1" }]
status: { podIPs: [{ ip: 10.0.0.1 }, { ip: "fd00::1" }] }
---
apiVersion: apps/v1
kind: Deployment
metadata: { name: db, namespace: shop }
spec:
  selector: { matchLabels: { app: db } }
  template:
    metadata: { labels: { app: db } }
    spec: { containers: [{ name: main, image: "shop/db:1", ports: [{ name: sql, containerPort: 5432 }] }] }
---
apiVersion: v1
kind: Node
metadata: { name: node-a }
status: { addresses: [{ type: InternalIP, address: 192.0.2.10 }] }
`;
const POLICIES = `apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: db, namespace: shop }
spec:
  podSelector: { matchLabels: { app: db } }
  ingress:
    - from: [{ podSelector: { matchLabels: { app: web } } }]
      ports: [{ port: sql }]
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: web, namespace: shop }
spec:
  podSelector: { matchLabels: { app: web } }
  ingress: [{ from: [{ ipBlock: { cidr: 203.0.113.0/24 } }], ports: [{ port: 443 }] }]
`;
const BROKEN = POLICIES.replace("podSelector:", "podSelectr:");

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "polc-explain-"));
  for (const [name, text] of Object.entries({
    "pods.yaml": PODS,
    "policies.yaml": POLICIES,
    "broken.yaml": BROKEN,
  }))
    writeFileSync(path(name), text);
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function ask(from: string, to: string, port: string, ...more: string[]) {
  const files = [path("pods.yaml"), path("policies.yaml")];
  const ran = await runCommand(explain, "--from", from, "--to", to, "--port", port, ...more, ...files);
  return { ...ran, stdout: ran.stdout.replaceAll(`${folder}/`, "") };
}

test("an allow names the rules of each side and their places, and exits 0", async () => {
  expect(await ask("shop/web-0", "shop/db", "5432/tcp")).toEqual({
    code: 0,
    stderr: "",
    stdout: `shop/web-0 -> shop/db  5432/TCP: allow

egress from shop/web-0: allow
  admin tier: no rule matches
  NetworkPolicy tier: no policy isolates the pod
  baseline tier: no rule matches
  no tier decides: allowed by default

ingress to shop/db: allow
  admin tier: no rule matches
  NetworkPolicy tier: allowed by
    NetworkPolicy shop/db  policies.yaml:7

note: the address of shop/db is unknown, so no address block matches it
`,
  });
});

test("a deny names the policies that isolate the pod, and exits 1", async () => {
  const { code, stdout } = await ask("shop/web-0", "shop/db", "22/tcp");
  expect(code).toBe(1);
  expect(stdout).toContain(`ingress to shop/db: deny
  admin tier: no rule matches
  NetworkPolicy tier: no rule allows it, and the pod is isolated by
    NetworkPolicy shop/db  policies.yaml:3
`);
});

test("a port may be named as the destination names it", async () => {
  expect((await ask("shop/web-0", "shop/db", "sql")).stdout).toContain("5432/TCP: allow");
  const unknown = await ask("shop/web-0", "shop/db", "http");
  expect(unknown.code).toBe(2);
  expect(unknown.stderr).toContain("did you mean sql/tcp?");
});

test("an address outside the cluster, in and out of a block", async () => {
  expect((await ask("203.0.113.7", "shop/web-0", "443")).code).toBe(0);
  expect((await ask("198.51.100.7", "shop/web-0", "443")).code).toBe(1);
  expect((await ask("shop/web-0", "198.51.100.7", "443")).code).toBe(0);
});

test("a pod's address is the pod", async () => {
  expect((await ask("10.0.0.1", "shop/db", "5432")).code).toBe(0);
  expect((await ask("fd00::1", "shop/db", "5432")).stdout).toContain("shop/web-0 -> shop/db");
});

test("ICMP has no ports, so no rule with ports allows it", async () => {
  expect((await ask("shop/web-0", "shop/db", "icmp")).code).toBe(1);
});

test("the pod's own node always reaches it", async () => {
  const { code, stdout } = await ask("192.0.2.10", "shop/web-0", "8080");
  expect(code).toBe(0);
  expect(stdout).toContain("the pod's own node: its traffic always passes");
});

test("JSON has the verdict, the tiers asked and the deciding rules", async () => {
  const { code, stdout } = await ask("shop/web-0", "shop/db", "22", "--format", "json");
  expect(code).toBe(1);
  expect(JSON.parse(stdout)).toMatchObject({
    version: 1,
    verdict: "deny",
    from: { namespace: "shop", name: "web-0", ip: "10.0.0.1" },
    to: { namespace: "shop", name: "db" },
    protocol: "TCP",
    port: 22,
    egress: { verdict: "allow", rules: [], isolatedBy: [] },
    ingress: {
      verdict: "deny",
      tier: "networkpolicy",
      rules: [],
      isolatedBy: [{ kind: "NetworkPolicy", namespace: "shop", name: "db", source: "policies.yaml:3" }],
    },
  });
});

async function askAll(from: string, to: string, ...more: string[]) {
  const files = [path("pods.yaml"), path("policies.yaml")];
  const ran = await runCommand(explain, "--from", from, "--to", to, ...more, ...files);
  return { ...ran, stdout: ran.stdout.replaceAll(`${folder}/`, "") };
}

test("without a port, the ports that get the same decision are a line, and a deny among them exits 1", async () => {
  expect(await askAll("shop/web-0", "shop/db")).toEqual({
    code: 1,
    stderr: "",
    stdout: `shop/web-0 -> shop/db
deny   1-5431/TCP, 5433-65535/TCP, 1-65535/UDP, 1-65535/SCTP, ICMP
  egress   allowed by default
  ingress  no rule allows it, and the pod is isolated by NetworkPolicy shop/db  policies.yaml:3
allow  5432/TCP
  egress   allowed by default
  ingress  allowed by NetworkPolicy shop/db  policies.yaml:7
note: the address of shop/db is unknown, so no address block matches it
`,
  });
});

test("ranges and lists of ports ask for just those", async () => {
  const { code, stdout } = await askAll(
    "shop/web-0",
    "shop/db",
    "--port",
    "5432-5433,icmp",
    "--port",
    "53/udp",
  );
  expect(code).toBe(1);
  expect(stdout).toMatch(/^allow {2}5432\/TCP$/m);
  expect(stdout).toMatch(/^deny {3}5433\/TCP, 53\/UDP, ICMP$/m);
  expect((await askAll("shop/web-0", "shop/db", "--port", "sql,5432/tcp")).code).toBe(0);
});

test("both directions are two answers", async () => {
  const one = await askAll("shop/web-0", "shop/db", "--port", "5432", "--both");
  expect(one.code).toBe(1);
  expect(one.stdout).toContain("shop/web-0 -> shop/db  5432/TCP: allow");
  expect(one.stdout).toContain("\n\nshop/db -> shop/web-0  5432/TCP: deny");
  const { stdout } = await askAll("shop/web-0", "shop/db", "--both", "--format", "json");
  const { verdict, answers } = JSON.parse(stdout);
  expect(verdict).toBe("deny");
  expect(answers.map((each: Record<string, unknown>) => each["verdict"])).toEqual(["deny", "allow", "deny"]);
  expect(answers[1]).toMatchObject({
    from: { name: "web-0" },
    to: { name: "db" },
    ports: [{ protocol: "TCP", from: 5432, to: 5432 }],
  });
});

test("a pod that is not there may be given by its labels", async () => {
  const { code, stdout } = await askAll("shop/app=web,tier=front", "shop/app=db", "--port", "5432");
  expect(code).toBe(1);
  expect(stdout).toContain("shop/app=web,tier=front -> shop/app=db  5432/TCP: deny");
  expect(stdout).toContain(
    "note: no port names of shop/app=db are known, so no rule for a named port matches it",
  );
  expect((await askAll("shop/app=web", "shop/db", "--port", "sql")).code).toBe(0);
});

test("JSON names every rule that was asked, and what of it does not match", async () => {
  const { stdout } = await ask("198.51.100.7", "shop/web-0", "80", "--format", "json");
  expect(JSON.parse(stdout).ingress.steps[1]).toMatchObject({
    tier: "networkpolicy",
    outcome: "deny",
    candidates: [
      { action: "allow", policy: { name: "web" }, source: "policies.yaml:15", differs: ["peer", "port"] },
    ],
  });
});

test("an unknown pod is an error that lists near names", async () => {
  const { code, stderr, stdout } = await ask("shop/wep-0", "shop/db", "5432");
  expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
  expect(stderr).toBe(
    "polc explain: no pod or workload shop/wep-0 in the files\n  help: did you mean shop/web-0?\n",
  );
});

test("where a pod is missing, what makes pods there is named", async () => {
  writeFileSync(
    path("kafka.yaml"),
    "{ apiVersion: kafka.strimzi.io/v1, kind: Kafka, metadata: { name: events, namespace: shop } }\n",
  );
  const ran = await runCommand(
    explain,
    ...[
      "--from",
      "shop/web-0",
      "--to",
      "shop/broker",
      path("pods.yaml"),
      path("policies.yaml"),
      path("kafka.yaml"),
    ],
  );
  expect([ran.code, ran.stderr]).toEqual([
    2,
    "polc explain: no pod or workload shop/broker in the files\n" +
      "  but Kafka shop/events makes pods that no file describes\n" +
      "  help: did you mean shop/db, shop/web-0?\n" +
      "  name one of their pods by its labels: NAMESPACE/KEY=VALUE,...\n",
  ]);
});

test("what is no flow is an error: no pod at either end, no such port, no common family", async () => {
  for (const [from, to, port] of [
    ["192.0.2.1", "192.0.2.2", "80"],
    ["shop/web-0", "shop/db", "0"],
    ["shop/web-0", "shop/db", "65536/tcp"],
    ["shop/web-0", "shop/db", "80/quic"],
    ["web-0", "shop/db", "80"],
    ["shop/web-0", "shop/db", "90-80"],
    ["shop/web-0", "shop/db", "80-65536"],
    ["shop/web-0", "shop/db", "80,"],
    ["shop/app=web,tier", "shop/db", "80"],
  ] as const) {
    const ran = await ask(from, to, port);
    expect(ran.code).toBe(2);
    expect(ran.stderr).toMatch(/^polc explain: /);
  }
});

test("from policies that cannot all be read there is no answer", async () => {
  const ran = await runCommand(
    explain,
    "--from",
    "shop/web-0",
    "--to",
    "shop/db",
    "--port",
    "80",
    path("broken.yaml"),
  );
  expect(ran).toMatchObject({ code: 2, stdout: "" });
  expect(ran.stderr).toContain("podSelectr");
});

test("rules with peers of unknown kinds are named, with what they are treated as", async () => {
  const tier = path("tier.yaml");
  writeFileSync(
    tier,
    `apiVersion: policy.networking.k8s.io/v1alpha2
kind: ClusterNetworkPolicy
metadata: { name: egress }
spec:
  tier: Admin
  priority: 10
  subject: { pods: { podSelector: { matchLabels: { app: web } } } }
  egress:
    - action: Accept
      to: [{ domainNames: ["*.example.com"] }]
    - action: Pass
      to: [{ nodes: {} }]
      protocols: [{ tcp: { destinationPort: { number: 10250 } } }]
`,
  );
  const explained = async (...more: string[]) => {
    const ends = ["--from", "shop/web-0", "--to", "203.0.113.9"];
    const ran = await runCommand(explain, ...ends, ...more, path("pods.yaml"), tier);
    return { ...ran, stdout: ran.stdout.replaceAll(`${folder}/`, "") };
  };
  const notes = `note: ClusterNetworkPolicy egress  tier.yaml:9  accepts domainNames, which polc does not support, so the rule matches nothing
note: ClusterNetworkPolicy egress  tier.yaml:11  passes nodes, which polc does not support, so the rule denies every peer on every port
`;
  const one = await explained("--port", "443/tcp");
  expect(one.code).toBe(1);
  expect(one.stdout).toContain("  admin tier: denied by\n    ClusterNetworkPolicy egress  tier.yaml:11\n");
  expect(one.stdout.endsWith(`\n\n${notes}`)).toBe(true);
  expect((await explained("--port", "443/tcp,53/udp")).stdout.endsWith(`\n${notes}`)).toBe(true);
  const json = JSON.parse((await explained("--port", "443/tcp", "--format", "json")).stdout) as {
    egress: { failClosed: object[] };
    ingress: object;
  };
  expect(json.egress.failClosed).toMatchObject([
    { action: "allow", unknown: ["domainNames"], treatedAs: "no-match", source: "tier.yaml:9" },
    { action: "pass", unknown: ["nodes"], treatedAs: "deny-all", source: "tier.yaml:11" },
  ]);
  expect(json.ingress).not.toHaveProperty("failClosed");
});
