import { isContradictory, textOf } from "../../src/analysis/sets/pod_conditions.js";
import { danglingFinding, subjectsOf } from "../../src/lint/known/dangling.js";
import { isTypeScript } from "../../src/lint/is_typescript.js";
import type { Rule } from "../../src/lint/rule.js";
import { splitPeer } from "../../src/lint/known/split_peer.js";

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
    const subjects = new Set(policies.flatMap(subjectsOf).map(textOf));
    for (const rule of policies.flatMap((policy) => policy.rules)) {
      if (isContradictory(rule.subject)) continue;
      const split = splitPeer(rule, known)?.pods;
      for (const peer of rule.peers ?? []) {
        if (peer.kind !== "pods" || peer === split) continue;
        // In TypeScript, subjects and peers share the names of cluster(...), so dangling-subject reports them.
        if (isTypeScript(peer.span) && subjects.has(textOf(peer))) continue;
        const finding = danglingFinding(known, peer, "the peer");
        if (finding) report(finding);
      }
    }
  },
};
