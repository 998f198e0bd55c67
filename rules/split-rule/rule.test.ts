import { expect, test } from "vitest";
import { lintFiles, places } from "../../test/lint/lint_files.js";
import { splitRule } from "./rule.js";

function pod(app: string, ports: string): string {
  return `apiVersion: v1
kind: Pod
metadata: { name: ${app}-0, namespace: shop, labels: { app: ${app} } }
spec: { containers: [{ name: main, image: "shop/main:1", ports: [${ports}] }] }
`;
}

/** The rules stand from line 7 on. */
function policy(direction: "ingress" | "egress", ...rules: string[]): string {
  return `apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: a, namespace: shop }
spec:
  podSelector: { matchLabels: { app: api } }
  ${direction}:
${rules.map((rule) => `    - ${rule}\n`).join("")}`;
}

const lintTexts = (...texts: string[]) => lintFiles({ "a.yaml": texts.join("---\n") }, [splitRule]);
const found = async (...texts: string[]) => places(await lintTexts(...texts));

const WEB = "from: [{ podSelector: { matchLabels: { app: web } } }]";
const DB = "to: [{ podSelector: { matchLabels: { app: db } } }]";
const DNS = "ports: [{ port: 53 }, { port: 53, protocol: UDP }]";

test("one rule of peers beside one of ports is found at the later one, in either order", async () => {
  expect(await found(policy("ingress", WEB, "ports: [{ port: 80 }]"))).toEqual(["8 split-rule"]);
  const { diagnostics } = await lintTexts(policy("ingress", "ports: [{ port: 80 }]", WEB));
  expect(diagnostics.map(({ help }) => help)).toEqual([
    "to allow only these ports of these peers, remove the `-` before `from`",
  ]);
});

test("with the ports of the pods known, the peers must have none of their own", async () => {
  const text = policy("ingress", WEB, "ports: [{ port: 80 }]");
  expect(await found(text, pod("api", "{ containerPort: 80 }"))).toEqual(["8 split-rule"]);
  expect(await found(text, pod("api", "{ containerPort: 80 }, { containerPort: 9090 }"))).toEqual([]);
  expect(await found(text, pod("api", "{ containerPort: 80, protocol: UDP }"))).toEqual([]);
  const named = policy("ingress", WEB, "ports: [{ port: http }]");
  expect(await found(named, pod("api", "{ containerPort: 80, name: http }"))).toEqual(["8 split-rule"]);
});

test("several peers are found only if the ports of the pods are known", async () => {
  const several = WEB.replace("]", ", { podSelector: { matchLabels: { app: job } } }]");
  const text = policy("ingress", several, "ports: [{ port: 80 }]");
  expect(await found(text)).toEqual([]);
  expect(await found(text, pod("api", "{ containerPort: 80 }"))).toEqual(["8 split-rule"]);
});

test("for egress the pods are those of the peers, and ports of DNS and the web go anywhere", async () => {
  expect(await found(policy("egress", DB, "ports: [{ port: 5432 }]"))).toEqual(["8 split-rule"]);
  expect(await found(policy("egress", DB, "ports: [{ port: 443 }]"))).toEqual([]);
  expect(await found(policy("egress", DB, DNS))).toEqual([]);
  expect(await found(policy("egress", DB, "ports: [{ port: 5432 }]", DNS))).toEqual(["8 split-rule"]);
  const known = pod("db", "{ containerPort: 443 }");
  expect(await found(policy("egress", DB, "ports: [{ port: 443 }]"), known)).toEqual(["8 split-rule"]);
});

test("peers in general, and a third rule, are not found", async () => {
  const ports = "ports: [{ port: 80 }]";
  expect(await found(policy("ingress", "from: [{ podSelector: {} }]", ports))).toEqual([]);
  expect(await found(policy("ingress", "from: [{ namespaceSelector: {} }]", ports))).toEqual([]);
  expect(await found(policy("ingress", "from: [{ ipBlock: { cidr: 0.0.0.0/0 } }]", ports))).toEqual([]);
  expect(await found(policy("ingress", WEB, ports, "ports: [{ port: 81 }]"))).toEqual([]);
});

test("its fix makes one rule of the two, and is not safe", async () => {
  const text = policy("ingress", WEB, "ports: [{ port: 80 }]");
  const { diagnostics } = await lintTexts(text);
  const { edits, safe } = diagnostics[0]!.fix!;
  const [{ span, text: replacement }] = edits as [(typeof edits)[number]];
  expect(text.slice(0, span.start) + replacement + text.slice(span.end)).toBe(
    text.replace("- ports", "  ports"),
  );
  expect(safe).toBe(false);
});
