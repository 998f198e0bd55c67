import { observedFinding } from "../../src/lint/observed.js";
import type { Rule } from "../../src/lint/rule.js";

export const protocolDefaulted: Rule = {
  name: "protocol-defaulted",
  meta: {
    summary: "a port has no protocol, and so means TCP",
    severity: "warning",
    world: "text",
    preset: "all",
    fixable: true,
  },
  check({ observations }, report) {
    for (const observation of observations) {
      if (observation.kind !== "protocol-defaulted") continue;
      report(
        observedFinding(observation, {
          message: "the port has no protocol, so it means TCP and not UDP",
          help: "write the protocol",
        }),
      );
    }
  },
};
