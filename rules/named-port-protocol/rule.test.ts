import { expect, test } from "vitest";
import { lintFiles, places } from "../../test/lint/lint_files.js";
import { namedPortProtocol } from "./rule.js";

function pod(app: string, ports: string): string {
  return `apiVersion: v1
kind: Pod
metadata: { name: ${app}-0, namespace: shop, labels: { app: ${app} } }
spec: { containers: [{ name: main, image: "shop/main:1", ports: [${ports}] }] }
`;
}

function policy(spec: string): string {
  return `apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: a, namespace: shop }
spec: { ${spec} }
`;
}

async function found(...documents: string[]): Promise<readonly string[]> {
  return places(await lintFiles({ "a.yaml": documents.join("---\n") }, [namedPortProtocol]));
}

const HTTP = "{ name: http, containerPort: 8080 }";
const API = "podSelector: { matchLabels: { app: api } }";

const UDP = "{ name: dns, containerPort: 5353, protocol: UDP }";

test("a forgotten protocol is TCP: a port of UDP is found", async () => {
  expect(await found(policy(`${API}, ingress: [{ ports: [{ port: dns }] }]`), pod("api", UDP))).toEqual([
    "4 named-port-protocol",
  ]);
});

test("a name that is a port of both protocols may be either", async () => {
  const both = `${UDP}, { name: dns, containerPort: 5353 }`;
  expect(await found(policy(`${API}, ingress: [{ ports: [{ port: dns }] }]`), pod("api", both))).toEqual([]);
});

test("one pod with the protocol is enough", async () => {
  const text = policy("podSelector: {}, ingress: [{ ports: [{ port: dns }] }]");
  expect(await found(text, pod("api", UDP), pod("web", UDP.replace("UDP", "TCP")))).toEqual([]);
});

test("a name that no pod has is another finding", async () => {
  expect(await found(policy(`${API}, ingress: [{ ports: [{ port: dns }] }]`), pod("api", HTTP))).toEqual([]);
});
