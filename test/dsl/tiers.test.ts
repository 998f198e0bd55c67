import { expect, test } from "vitest";
import { bare, parse } from "./project.js";

const HEAD = `
import { adminTier, allow, anywhere, baselineTier, cidr, deny, everyPod, namespaces, pass, pods, tcp } from "polc";
const dev = namespaces({ env: "dev" });
const prod = namespaces({ env: "prod" });
`;

const env = (value: string) => ({
  kind: "pods",
  namespaces: {
    kind: "selector",
    selector: { requirements: [{ key: "env", operator: "In", values: [value] }] },
  },
  pods: { requirements: [] },
});

test("a sentence of a tier gives a rule for both of its ends", async () => {
  const { policies, said } = await parse({
    "t.policy.ts": `${HEAD}export default adminTier("guardrails", {
      priority: 10,
      rules: [deny(dev).to(prod).logged()],
    });`,
  });
  expect(said).toEqual([]);
  expect(bare(policies)).toEqual([
    {
      kind: "AdminTier",
      tier: "admin",
      name: "guardrails",
      priority: 10,
      rules: [
        { direction: "ingress", action: "deny", subject: env("prod"), peers: [env("dev")], logged: true },
        { direction: "egress", action: "deny", subject: env("dev"), peers: [env("prod")], logged: true },
      ],
      logged: false,
    },
  ]);
});

test("an array of subjects gives a rule for each, and what is no pods is only a peer", async () => {
  const { policies, said } = await parse({
    "t.policy.ts": `${HEAD}export default baselineTier("base", {
      priority: 1000,
      rules: [
        pass([dev, prod]).to(cidr("10.0.0.0/8")).on(tcp(443)),
        allow(anywhere).to(prod),
        deny(everyPod).to(anywhere),
      ],
      logged: true,
    });`,
  });
  expect(said).toEqual([]);
  const [tier] = bare(policies);
  const block = { kind: "block", cidr: { text: "10.0.0.0/8" }, except: [] };
  const ports = [{ kind: "range", protocol: "TCP", from: 443, to: 443 }];
  const every = {
    kind: "pods",
    namespaces: { kind: "selector", selector: { requirements: [] } },
    pods: { requirements: [] },
  };
  expect(tier).toEqual({
    kind: "BaselineTier",
    tier: "baseline",
    name: "base",
    priority: 1000,
    logged: true,
    rules: [
      { direction: "ingress", action: "allow", subject: env("prod"), logged: false },
      { direction: "egress", action: "pass", subject: env("dev"), peers: [block], ports, logged: false },
      { direction: "egress", action: "pass", subject: env("prod"), peers: [block], ports, logged: false },
      { direction: "egress", action: "deny", subject: every, logged: false },
    ],
  });
});

test("a priority outside 0 to 1000, a bad name and a rule about no pods are errors", async () => {
  const { policies, said } = await parse({
    "t.policy.ts": `${HEAD}export default [
      adminTier("late", { priority: 1001, rules: [] }),
      adminTier("half", { priority: 0.5, rules: [] }),
      adminTier("A", { priority: 0, rules: [] }),
      adminTier("idle", { priority: 1, rules: [deny(anywhere).to(cidr("10.0.0.0/8"))] }),
    ];`,
  });
  expect(policies).toEqual([]);
  expect(said).toEqual([
    "t.policy.ts invalid-priority: 1001 is not a priority from 0 to 1000 | priority: 1001",
    "t.policy.ts invalid-priority: 0.5 is not a priority from 0 to 1000 | priority: 0.5",
    't.policy.ts invalid-name: the name "A" is not a DNS name: use lower-case letters, digits, `-` and `.`, with a letter or digit at both ends of each part | "A"',
    't.policy.ts idle-rule: neither end is pods, so the rule has no effect | deny(anywhere).to(cidr("10.0.0.0/8"))',
  ]);
});

test("a sentence of one direction gives a tier the rules of one end", async () => {
  const { policies, said } = await parse({
    "t.policy.ts": `${HEAD}export default adminTier("guardrails", {
      priority: 10,
      rules: [deny(dev).to(prod).ingressOnly(), pass(dev).to(prod).on(tcp(80)).egressOnly()],
    });`,
  });
  expect(said).toEqual([]);
  expect(policies[0]!.rules.map(({ direction, action }) => `${direction} ${action}`)).toEqual([
    "ingress deny",
    "egress pass",
  ]);
});
