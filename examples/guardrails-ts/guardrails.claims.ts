/** What the guardrails achieve, whatever the NetworkPolicies are. */
import { check, cidr, claims, everyPod, namespaces, notIn, pods, tcp, udp } from "polc";

const dns = pods({ "k8s-app": "kube-dns" }, { namespace: "kube-system" });
const metadata = cidr("169.254.169.254/32");

export default claims(
  check(everyPod).canReach(dns, udp(53), tcp(53)),
  check(everyPod).cannotReach(metadata),
  check(namespaces({ env: "dev", team: notIn("platform") })).cannotReach(
    namespaces({ env: "prod" }),
    tcp(443),
  ),
);
