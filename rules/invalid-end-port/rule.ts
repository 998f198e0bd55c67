import type { Rule } from "../../src/lint/rule.js";

export const invalidEndPort: Rule = {
  name: "invalid-end-port",
  meta: {
    summary: "an endPort stands below its port, or without a port that is a number",
    severity: "error",
    world: "text",
    preset: "recommended",
  },
};
