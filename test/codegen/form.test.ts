/** Where a policy set stops being straight code and becomes a table, and that no verdict shows it. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { buildBundle } from "../../src/bundle/build_bundle.js";
import { generateAll } from "../../src/bundle/build_bundle.js";
import type { Item } from "../../src/codegen/c.js";
import { costOf, formOf, SPECIALISED_COST_MAX } from "../../src/codegen/form.js";
import { layoutOf } from "../../src/codegen/layout.js";
import { policySets } from "../../src/codegen/policy_set.js";
import { localRuleIds } from "../../src/codegen/rule_ids.js";
import { specialisedItems } from "../../src/codegen/specialised.js";
import { verifyBundle } from "../../src/verify/verify.js";
import { parsed } from "./parsed.js";

const directory = mkdtempSync(join(tmpdir(), "polc-form-"));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

/** One policy with `rules` rules of two tests each, a peer and a port; its subject costs half a test. */
function policyOf(rules: number): string {
  const rule = (i: number) =>
    `    - { from: [{ podSelector: { matchLabels: { app: a${i % 5} } } }], ports: [{ port: ${1000 + 7 * i} }] }`;
  return `
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: p, namespace: shop }
spec:
  podSelector: { matchLabels: { app: a0 } }
  ingress:
${Array.from({ length: rules }, (_, i) => rule(i)).join("\n")}
`;
}

function functionsOf(yaml: string): readonly Item[] {
  const { policies, sources } = parsed(yaml);
  const [set] = policySets(policies);
  return specialisedItems(set!, { layout: layoutOf(set!), ruleIds: localRuleIds(set!), sources });
}

function formsOf(yaml: string): readonly string[] {
  const { policies, sources } = parsed(yaml);
  const generated = generateAll(policies, sources);
  if (Array.isArray(generated)) throw new Error(generated[0]!.message);
  return generated.sets.map(({ program }) => (program ? "specialised" : "table"));
}

test("the cost is what a packet meets: half a test for the selector, a test for each peer and port", () => {
  expect(costOf(functionsOf(policyOf(0)))).toBe(0.5);
  expect(costOf(functionsOf(policyOf(3)))).toBe(6.5);
});

test("policies for other pods cost their selectors alone", () => {
  const two = `${policyOf(10)}---${policyOf(3).replace("name: p,", "name: q,").replace("app: a0", "app: other")}`;
  expect(costOf(functionsOf(two))).toBe(20 + 1);
});

test("a set is straight code up to the largest cost and a table past it", () => {
  expect(SPECIALISED_COST_MAX).toBe(48);
  expect(costOf(functionsOf(policyOf(23)))).toBe(46.5);
  expect(formsOf(policyOf(23))).toEqual(["specialised"]);
  expect(costOf(functionsOf(policyOf(24)))).toBe(48.5);
  expect(formsOf(policyOf(24))).toEqual(["table"]);
});

test("many policies for different pods are cheap to run, and a table all the same where their code is too large", () => {
  const selected = (bit: number): Item => ({
    kind: "tier",
    tier: "networkpolicy",
    direction: "ingress",
    body: [
      {
        kind: "if",
        condition: [[{ kind: "selected", bit, comments: [] }]],
        body: [
          {
            kind: "if",
            condition: [
              Array.from({ length: 40 }, (_, port) => ({
                kind: "port" as const,
                protocol: "TCP" as const,
                from: port,
                to: port,
              })),
            ],
            body: [{ kind: "goOn" }],
          },
        ],
      },
    ],
  });
  const items = (count: number) => Array.from({ length: count }, (_, bit) => selected(bit));
  expect(costOf(items(15))).toBe(47.5);
  expect(formOf(items(15))).toBe("specialised");
  expect(formOf(items(49))).toBe("table");
});

test("the table form is data alone: it has no C, and the layout that the straight code would have", () => {
  const { policies, sources } = parsed(policyOf(24));
  const [table, code] = (["table", "specialised"] as const).map((form) => {
    const generated = generateAll(policies, sources, { form });
    if (Array.isArray(generated)) throw new Error(generated[0]!.message);
    return generated.sets[0]!;
  });
  expect(table!.program).toBeUndefined();
  expect(code!.program!.file).toBe("shop.bpf.c");
  expect(JSON.stringify(table!.layout)).toBe(JSON.stringify(code!.layout));
});

const MIXED = `
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: web
  namespace: shop
  annotations: { policy.network.gke.io/enable-logging: "true" }
spec:
  podSelector: { matchLabels: { app: web } }
  ingress:
    - from: [{ ipBlock: { cidr: 192.0.2.0/24, except: [192.0.2.64/26] } }, { namespaceSelector: { matchLabels: { a: b } } }]
      ports: [{ port: 8080, endPort: 8090 }, { port: metrics }]
    - ports: [{ port: 8085, protocol: UDP }, { protocol: SCTP }]
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: every-pod, namespace: shop }
spec:
  podSelector: {}
  policyTypes: [Ingress, Egress]
  ingress: [{ from: [{ podSelector: {} }] }]
  egress: [{ to: [{ podSelector: { matchLabels: { app: db } } }], ports: [{ port: sql }] }]
`;

test.skipIf(process.getuid?.() !== 0).each([
  ["just below the border", policyOf(23)],
  ["just above the border", policyOf(24)],
  ["with every kind of peer and port", MIXED],
])(
  "a set %s gives the verdicts of the reference in both forms (in the kernel, needs root)",
  async (name, yaml) => {
    const { policies, sources } = parsed(yaml);
    const reports = [];
    for (const form of ["specialised", "table"] as const) {
      const bundle = await buildBundle(policies, sources, join(directory, `${name} ${form}`), { form });
      if (Array.isArray(bundle)) throw new Error(bundle[0]!.message);
      reports.push(...(await verifyBundle(bundle, { packetLimit: 20_000 })));
    }
    expect(reports.map(({ form }) => form)).toEqual(["specialised", "table"]);
    expect(reports.flatMap(({ mismatches }) => mismatches)).toEqual([]);
    expect(reports[0]!.packets).toBeGreaterThan(500);
    expect(reports[1]!.packets).toBe(reports[0]!.packets);
  },
);
