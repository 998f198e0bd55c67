import { expect, test } from "vitest";
import { lintFiles } from "../../test/lint/lint_files.js";
import { finding, networkPolicy, ofApp, pod } from "../../test/lint/objects.js";
import { unknownNamedPort } from "./rule.js";

const found = finding(unknownNamedPort);

const HTTP = "{ name: http, containerPort: 8080 }";
const API = ofApp("api");

test("a name that no pod of the subject has is found for ingress, with the names there are", async () => {
  const text = [networkPolicy(`${API}, ingress: [{ ports: [{ port: htpp }] }]`), pod("api", { ports: HTTP })];
  const { diagnostics } = await lintFiles({ "a.yaml": text.join("---\n") }, [unknownNamedPort]);
  expect(diagnostics.map(({ message, help }) => [message, help])).toEqual([
    ["no port of the known pod api-0 that this rule leads to is named htpp", "their ports are named http"],
  ]);
});

test("for egress the peers' ports count, not the subject's", async () => {
  const egress = networkPolicy(
    "podSelector: { matchLabels: { app: web } }, egress: [{ to: [{ podSelector: { matchLabels: { app: api } } }], ports: [{ port: http }] }]",
  );
  expect(await found(egress, pod("api", { ports: HTTP }), pod("web", { ports: "" }))).toEqual([]);
  expect(await found(egress, pod("api", { ports: "" }), pod("web", { ports: HTTP }))).toEqual([
    "4 unknown-named-port",
  ]);
});

test("one pod with the port is enough", async () => {
  const text = networkPolicy("podSelector: {}, ingress: [{ ports: [{ port: http }] }]");
  expect(await found(text, pod("api", { ports: HTTP }), pod("web", { ports: "" }))).toEqual([]);
});

test("nothing is reported if some pods of the destination are unknown", async () => {
  const egress = (to: string) => networkPolicy(`podSelector: {}, egress: [{ ${to}ports: [{ port: htpp }] }]`);
  expect(await found(egress(""), pod("api", { ports: HTTP }))).toEqual([]);
  expect(await found(egress("to: [{ namespaceSelector: {} }], "), pod("api", { ports: HTTP }))).toEqual([]);
  expect(
    await found(
      egress("to: [{ podSelector: {} }, { ipBlock: { cidr: 10.0.0.0/8 } }], "),
      pod("api", { ports: HTTP }),
    ),
  ).toEqual([]);
  expect(await found(networkPolicy(`${API}, ingress: [{ ports: [{ port: htpp }] }]`))).toEqual([]);
});

test("a subject that selects no known pod is only dangling", async () => {
  expect(
    await found(networkPolicy(`${API}, ingress: [{ ports: [{ port: htpp }] }]`), pod("web", { ports: HTTP })),
  ).toEqual([]);
});

test("a name with another protocol is another finding", async () => {
  expect(
    await found(
      networkPolicy(`${API}, ingress: [{ ports: [{ port: http, protocol: UDP }] }]`),
      pod("api", { ports: HTTP }),
    ),
  ).toEqual([]);
});

test("ports of sidecars that meshes add are not reported", async () => {
  expect(
    await found(
      networkPolicy(`${API}, ingress: [{ ports: [{ port: linkerd-admin }] }]`),
      pod("api", { ports: HTTP }),
    ),
  ).toEqual([]);
});

test("labels of a namespace that no object describes are not known", async () => {
  const to = (labels: string) =>
    networkPolicy(
      `podSelector: {}, egress: [{ to: [{ namespaceSelector: { matchLabels: { ${labels} } , matchExpressions: [{ key: kubernetes.io/metadata.name, operator: In, values: [shop, bar] }] } }], ports: [{ port: metrics }] }]`,
    );
  const pods = [
    pod("web", { ports: HTTP }),
    pod("api", { ports: HTTP.replace("http", "metrics") }).replace("shop,", "bar,"),
  ];
  const shop = "apiVersion: v1\nkind: Namespace\nmetadata: { name: shop, labels: { env: prod } }\n";
  expect(await found(to("env: prod"), ...pods, shop)).toEqual([]);
  expect(
    await found(to("env: prod"), ...pods, shop, shop.replace("shop", "bar").replace("prod", "x")),
  ).toEqual(["4 unknown-named-port"]);
});
