import { expect, test } from "vitest";
import { lintFiles } from "../../test/lint/lint_files.js";
import { ambiguousPriority } from "./rule.js";

const HEAD = `import { adminTier, allow, baselineTier, cidr, deny, everyPod, namespaces, pods, pass, tcp } from "polc";
const [dev, prod] = [namespaces({ env: "dev" }), namespaces({ env: "prod" })];
`;

function tier(name: string, priority: number, rules: string, kind = "adminTier"): string {
  return `export const ${name} = ${kind}("${name}", { priority: ${priority}, rules: [${rules}] });\n`;
}

async function found(...tiers: string[]) {
  const { diagnostics, project } = await lintFiles({ "a.policy.ts": HEAD + tiers.join("") }, [
    ambiguousPriority,
  ]);
  return diagnostics.map(({ message, span, notes }) => ({
    at: project.sources.where(span),
    message,
    notes: notes?.map((note) => (note.span ? project.sources.where(note.span) : note.message)),
  }));
}

test("the later of two policies is found, with the other's place and a connection that both match", async () => {
  const one = tier("one", 5, "deny(dev).to(prod)");
  const two = tier("two", 5, "allow(dev).to(prod).on(tcp(80)), allow(dev).to(prod).on(tcp(81))");
  expect(await found(two, one)).toEqual([
    {
      at: "a.policy.ts:3",
      message:
        "allows what AdminTier one denies, and both have priority 5 in the admin tier: which one decides is undefined",
      notes: [
        "a.policy.ts:4",
        "both match pod without labels in another (env=dev) to pod without labels in other (env=prod), TCP port 80",
      ],
    },
  ]);
});

test("other priorities, another tier, the same action, and rules of one policy leave nothing open", async () => {
  const one = tier("one", 5, "deny(dev).to(prod), allow(dev).to(prod)");
  expect(await found(one)).toEqual([]);
  expect(await found(one, tier("two", 6, "allow(dev).to(prod)"))).toEqual([]);
  expect(await found(one, tier("two", 5, "allow(dev).to(prod)", "baselineTier"))).toEqual([]);
  expect(await found(one, tier("two", 5, "deny(dev).to(prod).on(tcp(80))"))).toEqual([]);
});

test("what an earlier priority, or an earlier rule of either policy, decides does not count", async () => {
  const [one, two] = [
    tier("one", 5, "deny(dev).to(prod)"),
    tier("two", 5, "allow(dev).to(prod).on(tcp(80))"),
  ];
  expect(await found(one, two, tier("zero", 4, "pass(dev).to(prod)"))).toEqual([]);
  expect(await found(one, tier("two", 5, "deny(dev).to(prod), allow(dev).to(prod).on(tcp(80))"))).toEqual([]);
});

test("selectors that a pod may meet both, or may not, and pods that may have an address of a block, are not sure", async () => {
  const web = 'pods({ app: "web" }, { namespace: "shop" })';
  const front = 'pods({ tier: "front" }, { namespace: "shop" })';
  expect(
    await found(tier("one", 5, `deny(${web}).to(prod)`), tier("two", 5, `allow(${front}).to(prod)`)),
  ).toEqual([]);
  const toBlock = tier("two", 5, 'allow(dev).to(cidr("10.0.0.0/8"))');
  expect(await found(tier("one", 5, "deny(dev).to(prod)"), toBlock)).toEqual([]);
  expect(await found(tier("one", 5, 'deny(everyPod).to(cidr("10.1.0.0/16"))'), toBlock)).toHaveLength(1);
});

test("a BaselineAdminNetworkPolicy has no priority: it is asked after every other one of its tier", async () => {
  const policy = (version: string, kind: string, name: string, fields: string, action: string) => `---
apiVersion: policy.networking.k8s.io/${version}
kind: ${kind}
metadata: { name: ${name} }
spec: { ${fields}subject: { namespaces: {} }, ingress: [{ action: ${action}, from: [{ namespaces: {} }] }] }
`;
  const cluster = (name: string) =>
    policy("v1alpha2", "ClusterNetworkPolicy", name, "tier: Baseline, priority: 1000, ", "Accept");
  const last = policy("v1alpha1", "BaselineAdminNetworkPolicy", "default", "", "Deny");
  const { diagnostics } = await lintFiles({ "a.yaml": last + cluster("other") }, [ambiguousPriority]);
  expect(diagnostics).toEqual([]);
});
