import type { Rule } from "../../src/lint/rule.js";
import type { Observation } from "../../src/parser/parsed_file.js";

const EVERYTHING = "or write `- {}` to allow every peer and every port";

/** What each kind of empty entry allows, and what to do about it. */
const FINDINGS: Partial<Record<Observation["kind"], { readonly message: string; readonly help: string }>> = {
  "empty-ingress-rule": {
    message: "this rule is empty: it allows connections from every peer on every port",
    help: `remove the \`-\`, ${EVERYTHING}`,
  },
  "empty-egress-rule": {
    message: "this rule is empty: it allows connections to every peer on every port",
    help: `remove the \`-\`, ${EVERYTHING}`,
  },
  "empty-port": {
    message: "this port is empty: it allows every TCP port",
    help: "remove the `-`, or write `protocol: TCP` to allow every TCP port",
  },
};

export const emptyEntry: Rule = {
  name: "empty-entry",
  meta: {
    summary: "an entry with nothing in it allows everything",
    severity: "warning",
    world: "text",
    preset: "recommended",
  },
  check({ observations }, report) {
    for (const { kind, span } of observations) {
      const found = FINDINGS[kind];
      if (found) report({ span, ...found });
    }
  },
};
