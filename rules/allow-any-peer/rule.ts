import type { Rule } from "../../src/lint/rule.js";

const EVERY_PEER = {
  ingress: "from every pod and every address",
  egress: "to every pod and every address",
} as const;

export const allowAnyPeer: Rule = {
  name: "allow-any-peer",
  meta: {
    summary: "a rule allows every peer",
    severity: "warning",
    world: "text",
    preset: "all",
  },
  check({ policies }, report) {
    for (const { action, direction, peers, span } of policies.flatMap(({ rules }) => rules)) {
      if (action !== "allow" || peers !== undefined) continue;
      report({
        span,
        message: `allows connections ${EVERY_PEER[direction]}`,
        help: "list the peers to allow",
      });
    }
  },
};
