import { expect, test } from "vitest";
import { planLab } from "../../src/lab/plan.js";
import { portName, portsOfPods, portsToTry } from "../../src/lab/probe/ports.js";
import { parseYamlFile } from "../../src/parser/yaml_file.js";
import { SourceFile } from "../../src/source/source_file.js";

function pod(name: string, ports: string): string {
  return `{ apiVersion: v1, kind: Pod, metadata: { name: ${name}, namespace: shop, labels: { app: ${name} } }, spec: { containers: [{ name: c, image: i, ports: [${ports}] }] } }
`;
}

function policy(ports: string): string {
  return `apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: web, namespace: shop }
spec:
  podSelector: { matchLabels: { app: web } }
  policyTypes: [Ingress, Egress]
  ingress: [{ from: [{ podSelector: {} }], ports: [${ports}] }]
  egress: [{ ports: [{ port: 53, protocol: UDP }] }]
`;
}

function lab(...documents: string[]) {
  const { policies, inventory } = parseYamlFile(new SourceFile("a.yaml", documents.join("---\n")));
  return { policies, plan: planLab("x", inventory, 1) };
}

const WEB = pod("web", "{ containerPort: 80 }");

test("ports that only policies name are tried too, of a range its ends", () => {
  const { plan, policies } = lab(
    WEB,
    pod("db", ""),
    policy("{ port: 80 }, { port: 9001 }, { port: 3000, endPort: 3100 }"),
  );
  const { all, named, left } = portsToTry(plan, policies);
  expect(all.map(portName)).toEqual(["53/udp", "80/tcp", "3000/tcp", "3100/tcp", "9001/tcp"]);
  expect(named.map(portName)).toEqual(["53/udp", "3000/tcp", "3100/tcp", "9001/tcp"]);
  expect(left).toBe(0);
});

test("every port of a protocol, and a name, add none", () => {
  const { plan, policies } = lab(
    WEB,
    policy("{ protocol: SCTP }, { port: http }, { port: 1, endPort: 65535 }"),
  );
  expect(portsToTry(plan, policies).all.map(portName)).toEqual(["53/udp", "80/tcp"]);
});

test("a pod's own ports are those that its containers declare, and that rules about connections to it name", () => {
  const { plan, policies } = lab(WEB, pod("db", ""), policy("{ port: 9001 }"));
  expect(
    [...portsOfPods(plan.inventory, policies)].map(([name, ports]) => [name, ports.map(portName)]),
  ).toEqual([
    ["shop/db", []],
    ["shop/web", ["80/tcp", "9001/tcp"]],
  ]);
});

test("where pairs and ports together are too many, those that only policies name are left out, and counted", () => {
  const pods = Array.from({ length: 80 }, (_, index) => pod(`pod-${index}`, "{ containerPort: 80 }"));
  const many = Array.from({ length: 40 }, (_, index) => `{ port: ${9000 + index} }`).join(", ");
  const { plan, policies } = lab(...pods, policy(many));
  const { all, named, left } = portsToTry(plan, policies);
  expect([all.length, named.length, left]).toEqual([7, 6, 35]);
});
