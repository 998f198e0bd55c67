import { expect, test } from "vitest";
import { lintFiles, places } from "../../test/lint/lint_files.js";
import { unknownNamedPort } from "./rule.js";

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
  return places(await lintFiles({ "a.yaml": documents.join("---\n") }, [unknownNamedPort]));
}

const HTTP = "{ name: http, containerPort: 8080 }";
const API = "podSelector: { matchLabels: { app: api } }";

test("a name that no pod of the subject has is found for ingress, with the names there are", async () => {
  const text = [policy(`${API}, ingress: [{ ports: [{ port: htpp }] }]`), pod("api", HTTP)];
  const { diagnostics } = await lintFiles({ "a.yaml": text.join("---\n") }, [unknownNamedPort]);
  expect(diagnostics.map(({ message, help }) => [message, help])).toEqual([
    ["no port of the known pod api-0 that this rule leads to is named htpp", "their ports are named http"],
  ]);
});

test("for egress the peers' ports count, not the subject's", async () => {
  const egress = policy(
    "podSelector: { matchLabels: { app: web } }, egress: [{ to: [{ podSelector: { matchLabels: { app: api } } }], ports: [{ port: http }] }]",
  );
  expect(await found(egress, pod("api", HTTP), pod("web", ""))).toEqual([]);
  expect(await found(egress, pod("api", ""), pod("web", HTTP))).toEqual(["4 unknown-named-port"]);
});

test("one of several pods is enough", async () => {
  const text = policy("podSelector: {}, ingress: [{ ports: [{ port: http }] }]");
  expect(await found(text, pod("api", HTTP), pod("web", ""))).toEqual([]);
});

test("where the destination is not all known, nothing is said", async () => {
  const egress = (to: string) => policy(`podSelector: {}, egress: [{ ${to}ports: [{ port: htpp }] }]`);
  expect(await found(egress(""), pod("api", HTTP))).toEqual([]);
  expect(await found(egress("to: [{ namespaceSelector: {} }], "), pod("api", HTTP))).toEqual([]);
  expect(
    await found(egress("to: [{ podSelector: {} }, { ipBlock: { cidr: 10.0.0.0/8 } }], "), pod("api", HTTP)),
  ).toEqual([]);
  expect(await found(policy(`${API}, ingress: [{ ports: [{ port: htpp }] }]`))).toEqual([]);
});

test("a subject that selects no known pod is only dangling", async () => {
  expect(await found(policy(`${API}, ingress: [{ ports: [{ port: htpp }] }]`), pod("web", HTTP))).toEqual([]);
});

test("a name with another protocol is another finding", async () => {
  expect(
    await found(policy(`${API}, ingress: [{ ports: [{ port: http, protocol: UDP }] }]`), pod("api", HTTP)),
  ).toEqual([]);
});

test("ports of sidecars that meshes add are no findings", async () => {
  expect(
    await found(policy(`${API}, ingress: [{ ports: [{ port: linkerd-admin }] }]`), pod("api", HTTP)),
  ).toEqual([]);
});

test("labels of a namespace that no object describes are not known", async () => {
  const to = (labels: string) =>
    policy(
      `podSelector: {}, egress: [{ to: [{ namespaceSelector: { matchLabels: { ${labels} } , matchExpressions: [{ key: kubernetes.io/metadata.name, operator: In, values: [shop, bar] }] } }], ports: [{ port: metrics }] }]`,
    );
  const pods = [pod("web", HTTP), pod("api", HTTP.replace("http", "metrics")).replace("shop,", "bar,")];
  const shop = "apiVersion: v1\nkind: Namespace\nmetadata: { name: shop, labels: { env: prod } }\n";
  expect(await found(to("env: prod"), ...pods, shop)).toEqual([]);
  expect(
    await found(to("env: prod"), ...pods, shop, shop.replace("shop", "bar").replace("prod", "x")),
  ).toEqual(["4 unknown-named-port"]);
});
