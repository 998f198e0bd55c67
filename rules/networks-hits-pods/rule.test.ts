import { expect, test } from "vitest";
import { lintFiles, places } from "../../test/lint/lint_files.js";
import { networksHitsPods } from "./rule.js";

const POD = `apiVersion: v1
kind: Pod
metadata: { name: web-0, namespace: shop, labels: { app: web } }
spec: { containers: [{ name: web, image: "shop/web:1" }], hostNetwork: false }
status: { phase: Running, podIP: 10.1.2.3, podIPs: [{ ip: 10.1.2.3 }] }
`;

/** The rules stand from line 4 on. */
async function found(rules: readonly string[], pods = POD): Promise<readonly string[]> {
  const text = `import { adminTier, allow, anywhere, cidr, deny, everyPod, internet, namespaces, pass, pods, tcp } from "polc";
const dev = namespaces({ env: "dev" });
export default adminTier("t", { priority: 1, rules: [
${rules.map((rule) => `${rule},\n`).join("")}] });
`;
  return places(await lintFiles({ "a.policy.ts": text, "pods.yaml": pods }, [networksHitsPods]));
}

test("a block with the address of a known pod is found, one without is not", async () => {
  expect(await found(['deny(dev).to(cidr("10.0.0.0/8"))'])).toEqual(["a.policy.ts:4 networks-hits-pods"]);
  expect(await found(['allow(dev).to(cidr("10.1.0.0/16"))'])).toEqual(["a.policy.ts:4 networks-hits-pods"]);
  expect(await found(['deny(dev).to(cidr("10.2.0.0/16"))'])).toEqual([]);
  expect(await found(['deny(dev).to(cidr("10.0.0.0/8", { except: ["10.1.0.0/16"] }))'])).toEqual([]);
});

test("the address of a pod on its node's network is the node's", async () => {
  const onNode = POD.replace("hostNetwork: false", "hostNetwork: true");
  expect(await found(['deny(dev).to(cidr("10.0.0.0/8"))'], onNode)).toEqual([]);
});

test("every address is found without known pods, but not where private ones are left out", async () => {
  const none = POD.replace(/status: .*/, "");
  expect(await found(['deny(dev).to(cidr("0.0.0.0/0"))'], none)).toEqual([
    "a.policy.ts:4 networks-hits-pods",
  ]);
  expect(await found(['deny(dev).to(cidr("::/0"))'], none)).toEqual(["a.policy.ts:4 networks-hits-pods"]);
  expect(await found(['deny(dev).to(cidr("0.0.0.0/0", { except: ["10.0.0.0/8"] }))'], none)).toEqual([]);
  expect(await found(["deny(dev).to(internet)"])).toEqual([]);
});

test("a rule is not reported if an earlier rule covers its pods' connections to pods", async () => {
  const deny = 'deny(dev).to(cidr("0.0.0.0/0"))';
  expect(await found(["pass(dev).to(everyPod)", deny])).toEqual([]);
  expect(await found(['allow(everyPod).to(pods({ app: "web" }))', deny])).toEqual([]);
  expect(await found(['pass(namespaces({ env: "prod" })).to(everyPod)', deny])).toEqual([
    "a.policy.ts:5 networks-hits-pods",
  ]);
  expect(await found([deny, "pass(dev).to(everyPod)"])).toEqual(["a.policy.ts:4 networks-hits-pods"]);
});

test("a pass, every pod beside the block, and anywhere are not found", async () => {
  expect(await found(['pass(dev).to(cidr("0.0.0.0/0"))'])).toEqual([]);
  expect(await found(['deny(dev).to([everyPod, cidr("0.0.0.0/0")])'])).toEqual([]);
  expect(await found(["deny(dev).to(anywhere)"])).toEqual([]);
});

test("a baseline rule is not found if the admin tier decides about the pods before, but if it only passes them on", async () => {
  const tiers = (
    admin: string,
  ) => `import { adminTier, allow, baselineTier, cidr, deny, everyPod, namespaces, pass, pods } from "polc";
const dev = namespaces({ env: "dev" });
export const a = adminTier("a", { priority: 1, rules: [${admin}] });
export const b = baselineTier("b", { priority: 1, rules: [deny(dev).to(cidr("10.0.0.0/8"))] });
export const c = baselineTier("c", { priority: 2, rules: [allow(dev).to(cidr("0.0.0.0/0"))] });
`;
  const of = async (admin: string) =>
    places(await lintFiles({ "a.policy.ts": tiers(admin), "pods.yaml": POD }, [networksHitsPods]));
  const both = ["a.policy.ts:4 networks-hits-pods", "a.policy.ts:5 networks-hits-pods"];
  expect(await of("allow(dev).to(everyPod)")).toEqual([]);
  expect(await of("pass(dev).to(everyPod)")).toEqual(both);
  expect(await of('allow(dev).to(pods({ app: "db" }))')).toEqual(both);
});

test("the help names only what the kind of object can say", async () => {
  const helpOf = async (name: string, text: string) =>
    (await lintFiles({ [name]: text }, [networksHitsPods])).diagnostics.map(({ help }) => help);
  const yaml = `apiVersion: policy.networking.k8s.io/v1alpha2
kind: ClusterNetworkPolicy
metadata: { name: guard }
spec:
  tier: Admin
  priority: 10
  subject: { namespaces: {} }
  egress: [{ action: Deny, to: [{ networks: ["0.0.0.0/0"] }] }]
`;
  expect(await helpOf("a.yaml", yaml)).toEqual([
    "write an earlier rule that passes connections to all pods, or list only networks without pod addresses",
  ]);
  const baseline = yaml
    .replace("v1alpha2", "v1alpha1")
    .replace("ClusterNetworkPolicy", "BaselineAdminNetworkPolicy")
    .replace("name: guard", "name: default")
    .replace("tier: Admin\n  priority: 10\n  ", "");
  expect(await helpOf("a.yaml", baseline)).toEqual([
    "write an earlier rule that decides connections to all pods, or list only networks without pod addresses",
  ]);
  const text = `import { adminTier, cidr, deny, everyPod } from "polc";
export default adminTier("t", { priority: 1, rules: [deny(everyPod).to(cidr("0.0.0.0/0"))] });
`;
  expect(await helpOf("a.policy.ts", text)).toEqual([
    "write an earlier rule that passes connections to all pods, or exclude their addresses with `except`",
  ]);
});
