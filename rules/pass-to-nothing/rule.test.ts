import { expect, test } from "vitest";
import { lintFiles, places } from "../../test/lint/lint_files.js";
import { networkPolicy, pod } from "../../test/lint/objects.js";
import { passToNothing } from "./rule.js";

const POD = pod("web");

function isolating(namespace: string, types: string, selector = "{}"): string {
  return `---\n${networkPolicy(`podSelector: ${selector}, policyTypes: [${types}]`, { namespace })}`;
}

const WEB = 'pods({ app: "web" }, { namespace: "shop" })';

async function found(yaml: string, rules: string, baselineRules = ""): Promise<readonly string[]> {
  const text = `import { adminTier, baselineTier, cidr, deny, namespaces, pass, pods, tcp } from "polc";
export const admin = adminTier("admin", { priority: 1, rules: [${rules}] });
${baselineRules && `export const baseline = baselineTier("baseline", { priority: 1, rules: [${baselineRules}] });`}
`;
  return places(await lintFiles({ "a.policy.ts": text, "objects.yaml": yaml }, [passToNothing]));
}

const PASS = `pass(cidr("192.168.0.0/16")).to(${WEB})`;
const FOUND = ["a.policy.ts:2 pass-to-nothing"];

test("what isolates other pods, or the other direction, leaves nothing to pass to", async () => {
  expect(await found(POD + isolating("shop", "Egress"), PASS)).toEqual(FOUND);
  expect(await found(POD + isolating("shop", "Ingress", "{ matchLabels: { app: db } }"), PASS)).toEqual(
    FOUND,
  );
  expect(await found(POD + isolating("shop", "Ingress"), PASS)).toEqual([]);
});

test("a baseline rule that may match is something to pass to", async () => {
  expect(await found(POD, PASS, `deny(cidr("10.0.0.0/8")).to(${WEB})`)).toEqual(FOUND);
  expect(await found(POD, PASS, `deny(namespaces({})).to(${WEB})`)).toEqual([]);
});

test("nothing is reported if later tiers may be written elsewhere or pods are unknown", async () => {
  expect(await found(POD, PASS)).toEqual([]);
  expect(await found(POD + isolating("other", "Ingress"), PASS)).toEqual([]);
  expect(await found(isolating("shop", "Egress"), PASS)).toEqual([]);
  expect(
    await found(POD + isolating("shop", "Egress"), PASS.replace(WEB, 'namespaces({ env: "dev" })')),
  ).toEqual([]);
  const unwritten = isolating("", "Ingress");
  expect(await found(POD + unwritten + isolating("shop", "Egress"), PASS)).toEqual([]);
  const elsewhere = isolating("default", "Ingress");
  expect(await found(POD + elsewhere + isolating("shop", "Egress"), PASS)).toEqual(FOUND);
});

test("a sentence whose other end may still be decided is not found", async () => {
  const both = `pass(namespaces({ team: "ops" })).to(${WEB})`;
  expect(await found(POD + isolating("shop", "Egress"), both)).toEqual([]);
});

test("the help has the word of the kind of object", async () => {
  const pass = (kind: string, version: string, tier: string) => `---
apiVersion: policy.networking.k8s.io/${version}
kind: ${kind}
metadata: { name: guard }
spec:
  ${tier}priority: 10
  subject: { namespaces: { matchLabels: { kubernetes.io/metadata.name: shop } } }
  ingress: [{ action: Pass, from: [{ namespaces: {} }] }]
`;
  const helpOf = async (policy: string) => {
    const text = POD + isolating("shop", "Egress") + policy;
    return (await lintFiles({ "a.yaml": text }, [passToNothing])).diagnostics.map(({ help }) => help);
  };
  expect(await helpOf(pass("ClusterNetworkPolicy", "v1alpha2", "tier: Admin\n  "))).toEqual([
    "write `action: Accept`, or isolate the pods with a NetworkPolicy",
  ]);
  expect(await helpOf(pass("AdminNetworkPolicy", "v1alpha1", ""))).toEqual([
    "write `action: Allow`, or isolate the pods with a NetworkPolicy",
  ]);
});
