import type { Pod } from "../../src/ir/inventory.js";
import type { PodMatch, Policy } from "../../src/ir/policy.js";
import type { Rule } from "../../src/lint/rule.js";

export const emptySelectorMatch: Rule = {
  name: "empty-selector-match",
  meta: {
    summary: "a selector that no known pod matches, in a namespace whose pods are known",
    severity: "warning",
    world: "inventory",
    preset: "recommended",
  },
  check({ policies, inventory, known, incomplete }, report) {
    if (incomplete || inventory.pods.length === 0) return;
    for (const { match, role } of policies.flatMap(matchesOf)) {
      const among = known.amongKnown(match);
      if (match.pods.requirements.length === 0 || !among || among.some((pod) => known.selects(match, pod)))
        continue;
      report({
        span: match.pods.span,
        message: `${role} selects none of the ${among.length} known pods in ${namespacesOf(among)}`,
        help: "check the labels for a slip of the pen, or lint the files that describe its pods too",
      });
    }
  },
};

interface Selected {
  readonly match: PodMatch;
  readonly role: string;
}

function matchesOf(policy: Policy): readonly Selected[] {
  const subjects =
    policy.tier === "networkpolicy" ? [policy.subject] : policy.rules.map(({ subject }) => subject);
  const peers = policy.rules.flatMap((rule) => rule.peers?.filter((peer) => peer.kind === "pods") ?? []);
  return [
    ...subjects.map((match) => ({ match, role: "the subject" })),
    ...peers.map((match) => ({ match, role: "the peer" })),
  ];
}

function namespacesOf(pods: readonly Pod[]): string {
  const names = [...new Set(pods.map(({ namespace }) => namespace))];
  return `namespace${names.length === 1 ? "" : "s"} ${names.join(", ")}`;
}
