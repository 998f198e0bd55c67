// The three tiers: allow, deny and pass in the admin tier, one namespace with a policy of its own, a baseline.
import {
  adminTier,
  allow,
  anywhere,
  baselineTier,
  cluster,
  deny,
  everyPod,
  namespaces,
  pass,
  policy,
  tcp,
} from "polc";

const { shop } = cluster({ shop: { web: { app: "web" }, api: { app: "api" } } });
const dev = namespaces({ env: "dev" });
const prod = namespaces({ env: "prod" });
const monitoring = namespaces({ team: "monitoring" });

export default [
  adminTier("guardrails", {
    priority: 10,
    rules: [
      allow(monitoring).to(everyPod).on(tcp(9090)),
      pass(dev).to(shop.web).on(tcp(443)),
      deny(dev).to(prod).logged(),
    ],
  }),
  policy("shop", { isolate: [shop.api], rules: [allow(shop.web).to(shop.api).on(tcp(8080))] }),
  baselineTier("closed", { priority: 0, rules: [deny(anywhere).to(everyPod)] }),
];
