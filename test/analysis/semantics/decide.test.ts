import { expect, test } from "vitest";
import { decide } from "../../../src/analysis/semantics/decide.js";
import type { Endpoint, Flow } from "../../../src/analysis/semantics/decide.js";
import { impliedNamespace } from "../../../src/analysis/semantics/select.js";
import type { Policy } from "../../../src/ir/policy.js";
import { read } from "../../parser/reading.js";

const policies = (...specs: readonly string[]): readonly Policy[] =>
  read(
    specs
      .map(
        (spec, i) =>
          `---\n{apiVersion: networking.k8s.io/v1, kind: NetworkPolicy, metadata: {name: p${i}, namespace: shop}, spec: ${spec}}\n`,
      )
      .join(""),
  ).policies;

const pod = (app: string, ip: string, more: object = {}): Endpoint => ({
  kind: "pod",
  pod: {
    namespace: "shop",
    name: app,
    labels: { app },
    ports: [{ name: "http", port: 80, protocol: "TCP" }],
    ...more,
  },
  namespace: impliedNamespace("shop"),
  ip,
});
const host = (ip: string): Endpoint => pod("agent", ip, { hostNetwork: true });

const verdict = (all: readonly Policy[], from: Endpoint, to: Endpoint, more: Partial<Flow> = {}) =>
  decide(all, { from, to, protocol: "TCP", port: 80, ...more }).verdict;

const CLOSED = "{podSelector: {}, policyTypes: [Ingress, Egress]}";

test("what a pod sends itself passes, and what it sends another pod just like it does not", () => {
  const all = policies(CLOSED);
  const web = pod("web", "10.0.0.1");
  expect(verdict(all, web, web, { toItself: true })).toBe("allow");
  expect(verdict(all, web, { kind: "address", ip: "127.0.0.1" }, { toItself: true })).toBe("allow");
  expect(verdict(all, web, web)).toBe("deny");
});

test("no policy isolates a pod on the host network", () => {
  const all = policies(CLOSED);
  expect(verdict(all, host("192.0.2.1"), { kind: "address", ip: "203.0.113.1" })).toBe("allow");
  expect(verdict(all, { kind: "address", ip: "203.0.113.1" }, host("192.0.2.1"))).toBe("allow");
});

test("a pod on the host network is a peer by its address, and neither by its labels nor by its port names", () => {
  const web = pod("web", "10.0.0.1");
  const from = (peer: string, ports = "") =>
    policies(`{podSelector: {matchLabels: {app: web}}, ingress: [{from: [${peer}]${ports}}]}`);
  expect(verdict(from("{podSelector: {}}"), host("192.0.2.1"), web)).toBe("deny");
  expect(verdict(from("{namespaceSelector: {}}"), host("192.0.2.1"), web)).toBe("deny");
  expect(verdict(from("{ipBlock: {cidr: 192.0.2.0/24}}"), host("192.0.2.1"), web)).toBe("allow");
  const to = (port: string) =>
    policies(
      `{podSelector: {matchLabels: {app: web}}, policyTypes: [Egress], egress: [{ports: [{port: ${port}}]}]}`,
    );
  expect(verdict(to("80"), web, host("192.0.2.1"))).toBe("allow");
  expect(verdict(to("http"), web, host("192.0.2.1"))).toBe("deny");
});

test("a pod on the host network of a pod's own node is that node", () => {
  const all = policies(CLOSED);
  const web = pod("web", "10.0.0.1");
  expect(verdict(all, web, host("192.0.2.1"))).toBe("deny");
  expect(verdict(all, web, { ...host("192.0.2.1"), ownNode: true })).toBe("allow");
  expect(verdict(all, { ...host("192.0.2.1"), ownNode: true }, web)).toBe("allow");
});

test("a rule with a peer of a kind that is not known fails closed: it allows nothing, or denies everything", () => {
  const tier = (action: string, rule: string) =>
    read(`apiVersion: policy.networking.k8s.io/v1alpha2
kind: ClusterNetworkPolicy
metadata: {name: t}
spec:
  tier: Admin
  priority: 1
  subject: {pods: {podSelector: {matchLabels: {app: web}}}}
  egress:
  - {action: ${action}, ${rule}}
  - {action: Accept, to: [{networks: [0.0.0.0/0]}]}
  - {action: Deny, to: [{networks: ["::/0"]}]}
`).policies;
  const [web, db] = [pod("web", "10.0.0.1"), pod("db", "10.0.0.2")];
  const web6 = pod("web", "fd00::1");
  const outside: Endpoint = { kind: "address", ip: "fd00::9" };
  const on80 = "protocols: [{tcp: {destinationPort: {number: 80}}}]";
  for (const peer of ["{nodes: {}}", "{domainNames: [example.com]}", "{namespaces: {}}, {nodes: {}}"]) {
    // Not even the pods and the port that it names as well.
    const accept = tier("Accept", `to: [${peer}], ${on80}`);
    expect(verdict(accept, web, db)).toBe("allow");
    expect(verdict(accept, web6, outside)).toBe("deny");
    for (const action of ["Deny", "Pass"]) {
      const closed = tier(action, `to: [${peer}], ${on80}`);
      for (const flow of [
        {},
        { port: 443 },
        { protocol: "UDP", port: 53 },
        { protocol: "other", port: 0 },
      ] as const)
        expect(verdict(closed, web, db, flow)).toBe("deny");
      expect(verdict(closed, web6, outside)).toBe("deny");
      expect(verdict(closed, db, web)).toBe("allow");
      const { rules } = decide(closed, { from: web, to: db, protocol: "TCP", port: 443 }).egress;
      expect(rules.map(({ rule }) => rule)).toEqual([closed[0]!.rules[0]]);
    }
  }
});
