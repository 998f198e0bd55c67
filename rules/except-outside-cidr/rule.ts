import type { Rule } from "../../src/lint/rule.js";

export const exceptOutsideCidr: Rule = {
  name: "except-outside-cidr",
  meta: {
    summary: "an except is not a smaller block inside its cidr",
    severity: "error",
    world: "text",
    preset: "recommended",
  },
};
