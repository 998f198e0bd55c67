/** Rules that override every NetworkPolicy, and rules for pods without one. */
import {
  adminTier,
  allow,
  anywhere,
  baselineTier,
  cidr,
  deny,
  everyPod,
  namespaces,
  pass,
  pods,
  tcp,
  udp,
} from "polc";

const dev = namespaces({ env: "dev" });
const prod = namespaces({ env: "prod" });
const dns = pods({ "k8s-app": "kube-dns" }, { namespace: "kube-system" });
const metadata = cidr("169.254.169.254/32");

export default [
  adminTier("guardrails", {
    priority: 10,
    rules: [
      allow(everyPod).to(dns).on(udp(53), tcp(53)),
      deny(everyPod).to(metadata).logged(),
      pass(namespaces({ team: "platform" })).to(prod),
      deny(dev).to(prod).logged(),
    ],
  }),
  baselineTier("default-deny-ingress", { priority: 1000, rules: [deny(anywhere).to(prod)] }),
];
