import { isContradictory } from "../../src/analysis/pod_conditions.js";
import { danglingFinding } from "../../src/lint/dangling.js";
import type { Rule } from "../../src/lint/rule.js";

export const danglingPeer: Rule = {
  name: "dangling-peer",
  meta: {
    summary: "a peer selects no known pod, in a namespace whose pods are known",
    severity: "warning",
    world: "inventory",
    preset: "recommended",
  },
  check({ policies, inventory, known, incomplete }, report) {
    if (incomplete || inventory.pods.length === 0) return;
    for (const rule of policies.flatMap(({ rules }) => rules)) {
      if (isContradictory(rule.subject)) continue;
      for (const peer of rule.peers ?? []) {
        const finding = peer.kind === "pods" ? danglingFinding(known, peer, "the peer") : undefined;
        if (finding) report(finding);
      }
    }
  },
};
