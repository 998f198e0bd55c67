import { expect, test } from "vitest";
import { RECOMMENDED, lintFiles, places } from "../../test/lint/lint_files.js";
import { portContainedInSibling } from "./rule.js";

/** The ports stand from line 8 on. */
function policy(...ports: string[]): string {
  return `apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: a, namespace: shop }
spec:
  podSelector: {}
  ingress:
    - ports:
${ports.map((port) => `        - ${port}\n`).join("")}`;
}

async function found(...ports: string[]): Promise<readonly string[]> {
  return places(await lintFiles({ "a.yaml": policy(...ports) }, [portContainedInSibling]));
}

const NAME = "port-contained-in-sibling";

test("several ports together contain one", async () => {
  expect(
    await found("{ port: 1, endPort: 50 }", "{ port: 20, endPort: 90 }", "{ port: 51, endPort: 100 }"),
  ).toEqual([`9 ${NAME}`]);
  expect(
    await found("{ port: 1, endPort: 50 }", "{ port: 20, endPort: 90 }", "{ port: 52, endPort: 100 }"),
  ).toEqual([]);
});

test("of two equal ports the later one is found", async () => {
  expect(await found("{ port: 80 }", "{ port: 443 }", "{ port: 80, protocol: TCP }")).toEqual([`10 ${NAME}`]);
});

test("every port of a protocol contains its names and numbers, and none of another protocol", async () => {
  const ports = ["{ protocol: UDP }", "{ port: dns, protocol: UDP }", "{ port: 53, protocol: UDP }"];
  expect(await found(...ports)).toEqual([`9 ${NAME}`, `10 ${NAME}`]);
  expect(await found("{ protocol: UDP }", "{ port: dns }", "{ port: 53 }")).toEqual([]);
});

test("a name may be any number, so neither contains the other", async () => {
  expect(await found("{ port: http }", "{ port: 80 }", "{ port: http, protocol: UDP }")).toEqual([]);
});

test("ports of different rules are not compared", async () => {
  const text =
    policy("{ port: 80 }") + "    - { from: [{ podSelector: {} }], ports: [{ port: 1, endPort: 100 }] }\n";
  expect(places(await lintFiles({ "a.yaml": text }, [portContainedInSibling]))).toEqual([]);
});

test("its fix removes the port, and is safe", async () => {
  const text = policy("{ port: 80 }", "{ port: 1, endPort: 100 }");
  const { diagnostics } = await lintFiles({ "a.yaml": text });
  const { edits, safe } = diagnostics[0]!.fix!;
  expect(safe).toBe(true);
  const [{ span }] = edits as [(typeof edits)[number]];
  expect(text.slice(0, span.start) + text.slice(span.end)).toBe(policy("{ port: 1, endPort: 100 }"));
});

test("a port behind an alias that one rule needs stays", async () => {
  const text = `apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: a, namespace: shop }
spec:
  podSelector: {}
  ingress:
    - from: [{ podSelector: { matchLabels: { app: a } } }]
      ports: [&http { port: 80 }, { port: 1, endPort: 100 }]
    - from: [{ podSelector: { matchLabels: { app: b } } }]
      ports: [*http]
`;
  expect(places(await lintFiles({ "a.yaml": text }, [portContainedInSibling]))).toEqual([]);
});

test("a sentence's port is found once, though it makes a rule at each end", async () => {
  const text = `import { allow, cluster, policy, range, tcp } from "polc";
const { shop } = cluster({ shop: { web: { app: "web" }, db: { app: "db" } } });
export default policy("shop", {
  isolate: [shop.web, shop.db],
  rules: [allow(shop.web).to(shop.db).on(tcp(80), tcp(range(1, 100)))],
});
`;
  expect(places(await lintFiles({ "a.policy.ts": text }, [portContainedInSibling]))).toEqual([`5 ${NAME}`]);
});

test("a named port in a tier is one entry and stands for every protocol", async () => {
  const tier = (protocols: string) => `apiVersion: policy.networking.k8s.io/v1alpha2
kind: ClusterNetworkPolicy
metadata: { name: guard }
spec:
  tier: Admin
  priority: 10
  subject: { namespaces: {} }
  ingress: [{ action: Deny, from: [{ namespaces: {} }], protocols: [${protocols}] }]
`;
  const all = "tcp: { destinationPort: { range: { start: 1, end: 65535 } } }";
  const text = tier(`{ destinationNamedPort: http }, { ${all} }`);
  expect(places(await lintFiles({ "a.yaml": text }, [portContainedInSibling]))).toEqual([]);
  const three = ["tcp", "udp", "sctp"].map((each) => `{ ${all.replace("tcp", each)} }`).join(", ");
  const covered = tier(`{ destinationNamedPort: http }, ${three}`);
  expect(places(await lintFiles({ "a.yaml": covered }, [portContainedInSibling]))).toEqual([`8 ${NAME}`]);
});

test("a rule that is redundant as a whole has one finding", async () => {
  const text = policy("{ port: 80 }", "{ port: 80 }") + "    - ports: [{ port: 1, endPort: 100 }]\n";
  expect(places(await lintFiles({ "a.yaml": text }, RECOMMENDED))).toEqual(["7 redundant-rule"]);
});
