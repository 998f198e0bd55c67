import { expect, test } from "vitest";
import { lintFiles, places } from "../../test/lint/lint_files.js";
import { servicePort } from "./rule.js";

function service(ports: string, more = ""): string {
  return `apiVersion: v1
kind: Service
metadata: { name: db, namespace: shop }
spec: { selector: { app: db }, ports: [${ports}]${more} }
`;
}

function pod(ports: string, app = "db"): string {
  return `apiVersion: v1
kind: Pod
metadata: { name: ${app}-0, namespace: shop, labels: { app: ${app}, tier: data } }
spec: { containers: [{ name: main, image: "shop/main:1", ports: [${ports}] }] }
`;
}

function policy(ports: string, peers = "{ podSelector: { matchLabels: { app: db } } }"): string {
  return `apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: a, namespace: shop }
spec: { podSelector: { matchLabels: { app: api } }, policyTypes: [Egress], egress: [{ to: [${peers}], ports: [${ports}] }] }
`;
}

const lintTexts = (...texts: string[]) => lintFiles({ "a.yaml": texts.join("---\n") }, [servicePort]);
const found = async (...texts: string[]) => places(await lintTexts(...texts));

const DB = service("{ port: 80, targetPort: 8080 }");
const FOUND = ["4 service-port"];

test("the port of a Service is found, and the one of its pods named", async () => {
  const { diagnostics } = await lintTexts(policy("{ port: 80 }"), DB);
  expect(diagnostics.map(({ message, help }) => [message, help])).toEqual([
    [
      "80 is the port of Service shop/db, whose pods listen on 8080: policies see the pod's port",
      "write 8080",
    ],
  ]);
});

test("a target port by name is the number that the known pods have under it", async () => {
  const named = service("{ port: 80, targetPort: http }");
  expect(await found(policy("{ port: 80 }"), named, pod("{ name: http, containerPort: 8080 }"))).toEqual(
    FOUND,
  );
  expect(await found(policy("{ port: 80 }"), named, pod("{ name: http, containerPort: 80 }"))).toEqual([]);
  expect(await found(policy("{ port: 80 }"), named)).toEqual([]);
});

test("pods that listen on the port too, or are led to it by another Service, are not found", async () => {
  expect(
    await found(policy("{ port: 80 }"), DB, pod("{ containerPort: 8080 }, { containerPort: 80 }")),
  ).toEqual([]);
  const other = service("{ port: 8000, targetPort: 80 }").replace("name: db", "name: other");
  expect(await found(policy("{ port: 80 }"), DB, other)).toEqual([]);
});

test("a Service without another target port, of another protocol, or without an address, is not found", async () => {
  expect(await found(policy("{ port: 80 }"), service("{ port: 80 }"))).toEqual([]);
  expect(await found(policy("{ port: 80, protocol: UDP }"), DB)).toEqual([]);
  expect(
    await found(policy("{ port: 80 }"), service("{ port: 80, targetPort: 8080 }", ", clusterIP: None")),
  ).toEqual([]);
});

test("who names both ports, or a range, knows of both", async () => {
  expect(await found(policy("{ port: 80 }, { port: 8080 }"), DB)).toEqual([]);
  expect(await found(policy("{ port: 80, endPort: 90 }"), DB)).toEqual([]);
});

test("peers of which some may be elsewhere are not found", async () => {
  const all = "{ podSelector: {} }";
  expect(await found(policy("{ port: 80 }", all), DB)).toEqual([]);
  expect(await found(policy("{ port: 80 }", all), DB, pod(""))).toEqual(FOUND);
  expect(await found(policy("{ port: 80 }", all), DB, pod(""), pod("", "web"))).toEqual([]);
  const block = "{ podSelector: { matchLabels: { app: db } } }, { ipBlock: { cidr: 10.0.0.0/8 } }";
  expect(await found(policy("{ port: 80 }", block), DB)).toEqual([]);
  const elsewhere =
    "{ namespaceSelector: { matchLabels: { kubernetes.io/metadata.name: other } }, podSelector: { matchLabels: { app: db } } }";
  expect(await found(policy("{ port: 80 }", elsewhere), DB)).toEqual([]);
});
