import { joinItems } from "../../src/lint/fix/join_items.js";
import type { Rule } from "../../src/lint/rule.js";
import { splitPeer } from "../../src/lint/known/split_peer.js";

export const orInsteadOfAnd: Rule = {
  name: "or-instead-of-and",
  meta: {
    summary: "a namespaceSelector and a podSelector are two peers where one peer with both seems meant",
    severity: "warning",
    world: "inventory",
    preset: "recommended",
    fixable: true,
  },
  check({ policies, inventory, known, sources, incomplete }, report) {
    if (incomplete || inventory.pods.length === 0) return;
    for (const rule of policies.flatMap((policy) => (policy.tier === "networkpolicy" ? policy.rules : []))) {
      const split = splitPeer(rule, known);
      if (!split) continue;
      const edit = joinItems(sources, split.namespaces.span, split.pods.span);
      report({
        span: split.pods.span,
        message:
          "this is a separate peer, beside every pod of the selected namespaces, and it selects no known pod: " +
          "the two selectors allow either, not only both",
        notes: [{ message: "every pod of these namespaces is allowed", span: split.namespaces.span }],
        help: "to allow only these pods of those namespaces, remove the `-` before `podSelector`",
        ...(edit && { fix: { message: "merge the two peers", edits: [edit], safe: false } }),
      });
    }
  },
};
