import { blockOf } from "../../src/ir/address.js";
import type { BlockMatch, Peer } from "../../src/ir/policy.js";
import type { Rule } from "../../src/lint/rule.js";

export const cidrAny: Rule = {
  name: "cidr-any",
  meta: {
    summary: "a NetworkPolicy allows every address of a family: 0.0.0.0/0 or ::/0 without exceptions",
    severity: "warning",
    world: "text",
    preset: "all",
  },
  check({ policies }, report) {
    for (const policy of policies) {
      // networks-hits-pods reports such rules in tiers.
      if (policy.tier !== "networkpolicy") continue;
      for (const { peers } of policy.rules) {
        const [first, ...more] = peers?.filter(isWholeFamily) ?? [];
        if (!first) continue;
        report({
          span: first.span,
          message: `allows every address (${[first, ...more].map(({ cidr }) => cidr.text).join(" and ")}), pod addresses included`,
          help: "list the blocks to allow, or exclude the others with `except`",
        });
      }
    }
  },
};

function isWholeFamily(peer: Peer): peer is BlockMatch {
  return peer.kind === "block" && peer.except.length === 0 && blockOf(peer.cidr.text).prefix === 0;
}
