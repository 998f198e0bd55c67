import type { Rule } from "../../src/lint/rule.js";

export const cidrHostBits: Rule = {
  name: "cidr-host-bits",
  meta: {
    summary: "an address block has bits set beyond its prefix",
    severity: "error",
    world: "text",
    preset: "recommended",
    fixable: true,
  },
};
