import type { Rule } from "../../src/lint/rule.js";
import { duplicateDiagnostic } from "../../src/parser/duplicates.js";

export const duplicatePolicy: Rule = {
  name: "duplicate-policy",
  meta: {
    summary: "two policies have the same kind, namespace and name",
    severity: "error",
    world: "text",
    preset: "recommended",
  },
  check({ duplicates }, report) {
    for (const each of duplicates) {
      const found = each.isPolicy ? duplicateDiagnostic(each) : undefined;
      if (found) report(found);
    }
  },
};
