import type { Rule } from "../../src/lint/rule.js";

export const ineffectiveSection: Rule = {
  name: "ineffective-section",
  meta: {
    summary: "a policy has rules for a direction that its policyTypes does not list",
    severity: "warning",
    world: "text",
    preset: "recommended",
    fixable: true,
  },
  check({ observations, sources }, report) {
    for (const { kind, span, policy, edits } of observations) {
      if (kind !== "ineffective-section") continue;
      const section = sources.get(span.file)?.text.slice(span.start, span.end).includes("egress");
      const [key, type] = section ? ["egress", "Egress"] : ["ingress", "Ingress"];
      report({
        span,
        message: `the ${key} rules of ${policy} have no effect: its policyTypes does not list ${type}`,
        help: `add ${type} to policyTypes, or remove the section`,
        // Only the author knows which of the two was meant.
        ...(edits && { fix: { message: `remove the ${key} section`, edits, safe: false } }),
      });
    }
  },
};
