import { describe, expect, test } from "vitest";
import type { NetworkPolicy } from "../../../src/ir/policy.js";
import { policy, policyOf, withoutSpans } from "../reading.js";

function lowered(spec: string): NetworkPolicy {
  return withoutSpans(policyOf(policy(spec))) as NetworkPolicy;
}

const ANY = { requirements: [] };
const SUBJECT = { kind: "pods", namespaces: { kind: "name", name: "x" }, pods: ANY };
const allow = { action: "allow", subject: SUBJECT, logged: false };

test("a policy without a spec isolates every pod of its namespace from ingress", () => {
  expect(
    withoutSpans(policyOf("apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: p}\n")),
  ).toEqual({
    kind: "NetworkPolicy",
    tier: "networkpolicy",
    name: "p",
    namespace: "default",
    namespaceUnwritten: true,
    subject: {
      kind: "pods",
      namespaces: { kind: "name", name: "default", namespaceUnwritten: true },
      pods: ANY,
    },
    isolates: { ingress: true, egress: false },
    rules: [],
    logged: false,
  });
});

describe("policyTypes", () => {
  test("left out or empty, it is Ingress, and Egress if there are egress rules", () => {
    expect(lowered("  egress: [{}]\n").isolates).toEqual({ ingress: true, egress: true });
    expect(lowered("  egress: [{}]\n  policyTypes: []\n").isolates).toEqual({ ingress: true, egress: true });
    expect(lowered("  egress: []\n").isolates).toEqual({ ingress: true, egress: false });
  });

  test("written, it is what it says, and rules of other directions are left out", () => {
    const directions = (types: string) =>
      lowered(`  policyTypes: ${types}\n  ingress: [{}]\n  egress: [{}]\n`).rules.map(
        ({ direction }) => direction,
      );
    expect(directions("[Egress, Ingress]")).toEqual(["ingress", "egress"]);
    expect(directions("[Egress]")).toEqual(["egress"]);
  });
});

describe("peers", () => {
  const peers = (from: string) => lowered(`  ingress: [{from: ${from}}]\n`).rules[0]!.peers;

  test("a podSelector alone means pods of the policy's own namespace", () => {
    expect(peers("[{podSelector: {}}]")).toEqual([SUBJECT]);
  });

  test("a namespaceSelector alone means all of their pods, and with a podSelector both hold", () => {
    const team = { requirements: [{ key: "team", operator: "In", values: ["a"] }] };
    const app = { requirements: [{ key: "app", operator: "In", values: ["web"] }] };
    const namespaces = { kind: "selector", selector: team };
    expect(peers("[{namespaceSelector: {matchLabels: {team: a}}}]")).toEqual([
      { kind: "pods", namespaces, pods: ANY },
    ]);
    expect(
      peers("[{namespaceSelector: {matchLabels: {team: a}}, podSelector: {matchLabels: {app: web}}}]"),
    ).toEqual([{ kind: "pods", namespaces, pods: app }]);
    expect(peers("[{namespaceSelector: {}}]")).toEqual([
      { kind: "pods", namespaces: { kind: "selector", selector: ANY }, pods: ANY },
    ]);
  });

  test("the name label alone, however it is written, is a namespace by name", () => {
    const named = [{ kind: "pods", namespaces: { kind: "name", name: "a" }, pods: ANY }];
    const key = "kubernetes.io/metadata.name";
    expect(peers(`[{namespaceSelector: {matchLabels: {${key}: a}}}]`)).toEqual(named);
    expect(
      peers(`[{namespaceSelector: {matchExpressions: [{key: ${key}, operator: In, values: [a, a]}]}}]`),
    ).toEqual(named);
    expect(peers(`[{namespaceSelector: {matchLabels: {${key}: a, team: b}}}]`)).toMatchObject([
      { namespaces: { kind: "selector" } },
    ]);
    expect(
      peers(`[{namespaceSelector: {matchExpressions: [{key: ${key}, operator: NotIn, values: [a]}]}}]`),
    ).toMatchObject([{ namespaces: { kind: "selector" } }]);
  });

  test("blocks are canonical text, their excepts sorted", () => {
    expect(
      peers(
        '[{ipBlock: {cidr: 10.0.0.0/8, except: [10.9.0.0/16, 10.1.0.0/16]}}, {ipBlock: {cidr: "fd00::/8"}}]',
      ),
    ).toEqual([
      {
        kind: "block",
        cidr: { text: "10.0.0.0/8" },
        except: [{ text: "10.1.0.0/16" }, { text: "10.9.0.0/16" }],
      },
      { kind: "block", cidr: { text: "fd00::/8" }, except: [] },
    ]);
  });

  test("no list and an empty list mean every peer and every port", () => {
    for (const rule of ["{}", "{from: [], ports: []}", "{from: null}"])
      expect(lowered(`  ingress: [${rule}]\n`).rules).toEqual([{ ...allow, direction: "ingress" }]);
  });
});

describe("ports", () => {
  test("numbers, ranges, names, and protocols left out", () => {
    const ports = "[{port: 80}, {port: 80, endPort: 90, protocol: UDP}, {port: http}, {protocol: SCTP}, {}]";
    expect(lowered(`  ingress: [{ports: ${ports}}]\n`).rules[0]!.ports).toEqual([
      { kind: "range", protocol: "TCP", from: 80, to: 80 },
      { kind: "range", protocol: "UDP", from: 80, to: 90 },
      { kind: "named", protocol: "TCP", name: "http" },
      { kind: "range", protocol: "SCTP", from: 0, to: 65535 },
      { kind: "range", protocol: "TCP", from: 0, to: 65535 },
    ]);
  });
});

describe("selectors", () => {
  test("requirements are sorted by key, operator and values, values are sorted, repeats are gone", () => {
    const spec = `  podSelector:
    matchLabels: {b: "1", a: "1"}
    matchExpressions:
      - {key: b, operator: In, values: ["1"]}
      - {key: a, operator: NotIn, values: [z, w, z]}
      - {key: a, operator: Exists}
      - {key: a, operator: In, values: ["1", "0"]}
`;
    expect(lowered(spec).subject.pods.requirements).toEqual([
      { key: "a", operator: "Exists", values: [] },
      { key: "a", operator: "In", values: ["0", "1"] },
      { key: "a", operator: "In", values: ["1"] },
      { key: "a", operator: "NotIn", values: ["w", "z"] },
      { key: "b", operator: "In", values: ["1"] },
    ]);
  });

  test("a null label value is the empty text", () => {
    expect(lowered("  podSelector: {matchLabels: {a: null}}\n").subject.pods.requirements).toEqual([
      { key: "a", operator: "In", values: [""] },
    ]);
  });

  test("a label named __proto__ is a label", () => {
    expect(() => policyOf(policy("  podSelector: {matchLabels: {__proto__: a}}\n"))).toThrow("invalid-label");
    expect(
      lowered("  podSelector: {matchLabels: {constructor: a}}\n").subject.pods.requirements[0]!.key,
    ).toBe("constructor");
  });
});

test("the logging annotation logs the policy, if it is the text true", () => {
  const annotated = (value: string) =>
    policyOf(
      policy("  podSelector: {}\n").replace(
        "name: p",
        `name: p\n  annotations: {policy.network.gke.io/enable-logging: ${value}}`,
      ),
    );
  expect(annotated('"true"').logged).toBe(true);
  expect(annotated('"false"').logged).toBe(false);
  expect(() => annotated("true")).toThrow("wrong-type");
});

test("spans are those of the tokens that made each node", () => {
  const text = policy(`  podSelector:
    matchLabels:
      app: "web"
  egress:
    - to:
        - ipBlock:
            cidr: 10.0.0.0/8
      ports:
        - port: 80 # the web
`);
  const read = policyOf(text);
  const at = (node: { span: { start: number; end: number } }) => text.slice(node.span.start, node.span.end);
  const [rule] = read.rules;
  expect(at(read)).toBe("p");
  expect(at(read.subject.pods.requirements[0]!)).toBe('app: "web"');
  expect(at(read.subject)).toBe('matchLabels:\n      app: "web"');
  expect(at(rule!)).toMatch(/^to:\n[^]*port: 80$/);
  expect(at(rule!.peers![0]!)).toBe("ipBlock:\n            cidr: 10.0.0.0/8");
  expect(at(rule!.ports![0]!)).toBe("port: 80");
});

test("everything is frozen, to the innermost list", () => {
  const read = policyOf(
    policy(
      "  podSelector: {matchLabels: {a: b}}\n  ingress: [{from: [{podSelector: {}}], ports: [{port: 80}]}]\n",
    ),
  );
  const thawed: string[] = [];
  const visit = (value: unknown, path: string) => {
    if (typeof value !== "object" || value === null) return;
    if (!Object.isFrozen(value)) thawed.push(path);
    for (const [key, child] of Object.entries(value)) visit(child, `${path}.${key}`);
  };
  visit(read, "policy");
  expect(thawed).toEqual([]);
});
