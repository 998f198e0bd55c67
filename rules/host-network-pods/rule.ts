import type { Pod } from "../../src/ir/inventory.js";
import type { PodMatch } from "../../src/ir/policy.js";
import { subjectsOf } from "../../src/lint/known/dangling.js";
import type { KnownPods } from "../../src/lint/known/known_pods.js";
import type { Finding, Rule } from "../../src/lint/rule.js";

export const hostNetworkPods: Rule = {
  name: "host-network-pods",
  meta: {
    summary: "a peer or a subject selects only pods on the host network, which policies treat as their nodes",
    severity: "warning",
    world: "inventory",
    preset: "recommended",
  },
  check({ policies, known, incomplete }, report) {
    if (incomplete) return;
    for (const policy of policies) {
      for (const subject of subjectsOf(policy)) {
        const pods = onlyOnHostNetwork(known, subject);
        if (pods) report(finding(subject, "subject", "no policy applies to them", pods));
      }
      for (const { peers = [] } of policy.rules) {
        // A rule that also lists addresses works with plugins that do not match these pods.
        if (peers.some(({ kind }) => kind === "block")) continue;
        for (const peer of peers) {
          const pods = peer.kind === "pods" ? onlyOnHostNetwork(known, peer) : undefined;
          if (pods) report(finding(peer as PodMatch, "peer", "no selector matches them", pods));
        }
      }
    }
  },
};

/** The pods that the match selects, if there are any and all are known and on the host network. */
function onlyOnHostNetwork(known: KnownPods, match: PodMatch): readonly Pod[] | undefined {
  // A selector for every pod is also meant for others, such as future ones.
  const names = match.pods.requirements.some(({ operator }) => operator === "In" || operator === "Exists");
  const pods = names ? known.selectedAmongKnown(match) : undefined;
  return pods && pods.length > 0 && pods.every(({ hostNetwork }) => hostNetwork) ? pods : undefined;
}

function finding(match: PodMatch, role: string, because: string, pods: readonly Pod[]): Finding {
  const [first] = pods;
  return {
    span: match.pods.span,
    message: `the ${role} selects only pods on the host network: policies treat them as their nodes, so ${because}`,
    notes: [
      {
        message: `${first!.workload?.kind ?? "Pod"} ${first!.namespace}/${first!.name} is on the host network`,
        span: first!.span,
      },
    ],
    help:
      role === "peer"
        ? "list the addresses of the nodes, or the one the pods listen on, in an ipBlock"
        : "remove the policy, or remove hostNetwork from the pods",
  };
}
