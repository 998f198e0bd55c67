import { observedFinding } from "../../src/lint/observed.js";
import type { Rule } from "../../src/lint/rule.js";

export const policyTypesOmitted: Rule = {
  name: "policy-types-omitted",
  meta: {
    summary: "a NetworkPolicy has no policyTypes, so its sections decide which directions it isolates",
    severity: "warning",
    world: "text",
    preset: "all",
    fixable: true,
  },
  check({ observations }, report) {
    for (const observation of observations) {
      if (observation.kind !== "policy-types-omitted") continue;
      report(
        observedFinding(observation, {
          message: `${observation.policy} has no policyTypes: its sections decide which directions it isolates`,
          help: "write policyTypes",
        }),
      );
    }
  },
};
