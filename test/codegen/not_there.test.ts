/** What a policy set does not use is not in its code. */
import { expect, test } from "vitest";
import { generateAll } from "../../src/bundle/build_bundle.js";
import type { Policy } from "../../src/ir/policy.js";
import { SourceMap } from "../../src/source/source_file.js";
import { codeOf } from "./code_of.js";
import { parsed } from "./parsed.js";

function codeOfSets(policies: readonly Policy[]): readonly string[] {
  const generated = generateAll(policies, new SourceMap());
  if (Array.isArray(generated)) throw new Error(generated[0]!.message);
  return generated.sets.map(({ program }) => codeOf(program!.text));
}

/** The code of a NetworkPolicy with this spec, its head before. */
function codeOfSpec(spec: string, annotations = "{}"): string {
  const { policies } = parsed(`
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: p, namespace: shop, annotations: ${annotations} }
spec: { podSelector: {}, ${spec} }
`);
  return codeOfSets(policies)[0]!;
}

const LOGGED = `{ policy.network.gke.io/enable-logging: "true" }`;

test("without named ports none is asked for", () => {
  expect(codeOfSpec("ingress: [{ ports: [{ port: 80 }] }]")).not.toMatch(/port_named|->port/);
  expect(codeOfSpec("ingress: [{ ports: [{ port: http }] }]")).toContain(
    "port_named(flow, IPPROTO_TCP, subject->port[0])",
  );
});

test("without logging nothing is logged, and no flag remembers that it should be", () => {
  expect(codeOfSpec("ingress: [{ ports: [{ port: 80 }] }]")).not.toMatch(/logged|true\);/);
  const logged = codeOfSpec("ingress: [{ ports: [{ port: 80 }] }]", LOGGED);
  expect(logged).toContain("bool logged = false;");
  expect(logged).toContain("verdict(1, ACTION_ALLOW, true)");
  expect(logged).toContain("verdict(0, ACTION_DENY, logged)");
});

test("without tiers there are no functions for them", () => {
  expect(codeOfSpec("ingress: []")).not.toMatch(/admin|baseline/);
});

test("a direction that no policy isolates has no function and allows at once", () => {
  const code = codeOfSpec("policyTypes: [Ingress], ingress: []");
  expect(code).toContain("networkpolicy_ingress(");
  expect(code).not.toContain("networkpolicy_egress(");
  expect(code.slice(code.indexOf("decide_egress("))).toBe(
    "decide_egress( const volatile struct subject *subject, const struct peer *peer, const struct flow *flow) " +
      "{ return verdict(0, ACTION_ALLOW, false); } #include <policy.bpf.c>",
  );
});

test("rules behind one that always allows are not asked, and named", () => {
  const code = codeOfSpec("ingress: [{}, { ports: [{ port: 80 }] }]");
  expect(code).toContain("verdict(1, ACTION_ALLOW, false)");
  expect(code).not.toContain("port_is(");
});

test("a tier's rules for pods of another namespace are in that namespace's set alone", () => {
  const span = { file: "t.policy.ts", start: 0, end: 0 };
  const everyPod = { requirements: [], span };
  const podsOf = (name: string) =>
    ({ kind: "pods", namespaces: { kind: "name", name, span }, pods: everyPod, span }) as const;
  const deny = { direction: "ingress", action: "deny", logged: false, span } as const;
  const tier: Policy = {
    kind: "AdminTier",
    tier: "admin",
    name: "guardrails",
    priority: 1,
    rules: [
      { ...deny, subject: podsOf("shop") },
      { ...deny, subject: podsOf("bank") },
    ],
    logged: false,
    span,
  };
  const isolating = (namespace: string): Policy => ({
    kind: "NetworkPolicy",
    tier: "networkpolicy",
    name: "p",
    namespace,
    subject: podsOf(namespace),
    isolates: { ingress: true, egress: false },
    rules: [],
    logged: false,
    span,
  });
  const [bank, shop, ...rest] = codeOfSets([tier, isolating("shop"), isolating("bank")]);
  expect(rest).toEqual([]);
  for (const code of [shop, bank]) {
    expect(code).toContain("verdict(1, ACTION_DENY, false)");
    expect(code).not.toContain("verdict(2, ");
  }
});
