import type { GenerationNames } from "../../src/state/generation_names.js";

/** Generation 3 of a node: shop/web-1 may reach shop/db-0 on 5432; a tier denies dev. */
export const NAMES: GenerationNames = {
  version: 2,
  generation: 3,
  nextProfile: 3,
  node: "node-1",
  bundle: "sha256:0123456789abcdef",
  audit: false,
  policies: [
    { kind: "AdminTier", name: "guardrails", tier: "admin", source: "tiers.policy.ts:1", logged: false },
    {
      kind: "NetworkPolicy",
      name: "db",
      namespace: "shop",
      tier: "networkpolicy",
      source: "shop.yaml:10",
      logged: false,
    },
    {
      kind: "NetworkPolicy",
      name: "default-deny",
      namespace: "shop",
      tier: "networkpolicy",
      source: "shop.yaml:3",
      logged: false,
    },
  ],
  rules: [
    { policy: 0, name: "ingress[0]", source: "tiers.policy.ts:4" },
    { policy: 1, name: "ingress[0]", source: "shop.yaml:14" },
  ],
  profiles: [
    {
      number: 1,
      set: "shop",
      content: "a0",
      policies: [0, 1, 2],
      rules: [0, 1],
      isolatedBy: { ingress: [1, 2], egress: [] },
    },
    {
      number: 2,
      set: "shop",
      content: "a0",
      policies: [2],
      rules: [0, 1],
      isolatedBy: { ingress: [2], egress: [2] },
    },
  ],
  local: [
    { pod: "shop/db-0", interface: "veth0", profile: 1 },
    { pod: "shop/web-1", interface: "veth1", profile: 2 },
  ],
  pods: {
    "10.0.0.1": {
      namespace: "shop",
      name: "web-1",
      workload: { kind: "Deployment", name: "web" },
      node: "node-2",
    },
    "10.0.0.2": {
      namespace: "shop",
      name: "db-0",
      workload: { kind: "StatefulSet", name: "db" },
      node: "node-1",
    },
    "10.0.0.3": { namespace: "dev", name: "bare" },
  },
};
