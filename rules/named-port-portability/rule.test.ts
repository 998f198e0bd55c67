import { expect, test } from "vitest";
import { finding, networkPolicy, ofApp, pod } from "../../test/lint/objects.js";
import { namedPortPortability } from "./rule.js";

const found = finding(namedPortPortability);

const HTTP = "{ name: http, containerPort: 8080 }";
const API = ofApp("api");

test("a name that is different numbers on pods of the subject is found", async () => {
  const text = networkPolicy("podSelector: {}, ingress: [{ ports: [{ port: http }] }]");
  expect(
    await found(text, pod("api", { ports: HTTP }), pod("web", { ports: HTTP.replace("8080", "9090") })),
  ).toEqual(["4 named-port-portability"]);
  expect(await found(text, pod("api", { ports: HTTP }), pod("web", { ports: HTTP }))).toEqual([]);
});

test("pods that the rule does not lead to may use the name as they like", async () => {
  const text = networkPolicy(`${API}, ingress: [{ ports: [{ port: http }] }]`);
  expect(
    await found(text, pod("api", { ports: HTTP }), pod("web", { ports: HTTP.replace("8080", "9090") })),
  ).toEqual([]);
});

test("of one pod the first port of a name and protocol counts", async () => {
  const text = networkPolicy(`${API}, ingress: [{ ports: [{ port: http }] }]`);
  const ports = `${HTTP}, { name: http, containerPort: 8081, protocol: UDP }`;
  expect(await found(text, pod("api", { ports: ports }))).toEqual([]);
});

test("every named port of egress is found, and no number is", async () => {
  const egress = (port: string) => networkPolicy(`${API}, egress: [{ ports: [{ port: ${port} }] }]`);
  expect(await found(egress("http"))).toEqual(["4 named-port-portability"]);
  expect(await found(egress("8080"))).toEqual([]);
});
