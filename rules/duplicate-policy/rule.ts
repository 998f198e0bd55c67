import type { Rule } from "../../src/lint/rule.js";
import { duplicateDiagnostic } from "../../src/parser/duplicates.js";

export const duplicatePolicy: Rule = {
  name: "duplicate-policy",
  meta: {
    summary: "a policy of one kind, namespace and name is written twice",
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
