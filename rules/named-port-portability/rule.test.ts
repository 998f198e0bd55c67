import { expect, test } from "vitest";
import { lintFiles, places } from "../../test/lint/lint_files.js";
import { namedPortPortability } from "./rule.js";

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
  return places(await lintFiles({ "a.yaml": documents.join("---\n") }, [namedPortPortability]));
}

const HTTP = "{ name: http, containerPort: 8080 }";
const API = "podSelector: { matchLabels: { app: api } }";

test("a name that is different numbers on pods of the subject is found", async () => {
  const text = policy("podSelector: {}, ingress: [{ ports: [{ port: http }] }]");
  expect(await found(text, pod("api", HTTP), pod("web", HTTP.replace("8080", "9090")))).toEqual([
    "4 named-port-portability",
  ]);
  expect(await found(text, pod("api", HTTP), pod("web", HTTP))).toEqual([]);
});

test("pods that the rule does not lead to may use the name as they like", async () => {
  const text = policy(`${API}, ingress: [{ ports: [{ port: http }] }]`);
  expect(await found(text, pod("api", HTTP), pod("web", HTTP.replace("8080", "9090")))).toEqual([]);
});

test("of one pod the first port of a name and protocol counts", async () => {
  const text = policy(`${API}, ingress: [{ ports: [{ port: http }] }]`);
  const ports = `${HTTP}, { name: http, containerPort: 8081, protocol: UDP }`;
  expect(await found(text, pod("api", ports))).toEqual([]);
});

test("every named port of egress is found, and no number is", async () => {
  const egress = (port: string) => policy(`${API}, egress: [{ ports: [{ port: ${port} }] }]`);
  expect(await found(egress("http"))).toEqual(["4 named-port-portability"]);
  expect(await found(egress("8080"))).toEqual([]);
});
