import type { Rule } from "../../src/lint/rule.js";

export const invalidEndPort: Rule = {
  name: "invalid-end-port",
  meta: {
    summary: "an endPort is smaller than its port, or its port is not a number",
    severity: "error",
    world: "text",
    preset: "recommended",
  },
};
