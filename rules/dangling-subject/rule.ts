import { danglingFinding, subjectsOf } from "../../src/lint/known/dangling.js";
import type { Rule } from "../../src/lint/rule.js";

export const danglingSubject: Rule = {
  name: "dangling-subject",
  meta: {
    summary: "a policy's subject selects no known pod, in a namespace whose pods are known",
    severity: "warning",
    world: "inventory",
    preset: "recommended",
  },
  check({ policies, inventory, known, incomplete }, report) {
    if (incomplete || inventory.pods.length === 0) return;
    for (const subject of policies.flatMap(subjectsOf)) {
      const finding = danglingFinding(known, subject, "the subject");
      if (finding) report(finding);
    }
  },
};
