import { deciderNotes } from "../../src/lint/describe.js";
import type { Rule } from "../../src/lint/rule.js";

export const overriddenByAdmin: Rule = {
  name: "overridden-by-admin",
  meta: {
    summary: "a NetworkPolicy's rule never decides, because the admin tier decides all that it allows",
    severity: "warning",
    world: "every-cluster",
    preset: "recommended",
  },
  check({ needless }, report) {
    for (const { policy, rule, by, earlierTier } of needless.rules) {
      if (policy.tier !== "networkpolicy" || !earlierTier) continue;
      const denies = by.filter((decider) => decider.rule?.action === "deny").length;
      const [said, help] =
        denies === 0
          ? ["already allows", "remove it, or pass these connections on in the admin tier"]
          : denies === by.length
            ? ["denies", "remove it, or allow or pass these connections before the admin tier's deny"]
            : ["denies or already allows", "remove it, or pass these connections on in the admin tier"];
      report({
        span: rule.span,
        message: `never decides in any possible cluster: the admin tier ${said} all that it allows`,
        notes: deciderNotes(by),
        help,
      });
    }
  },
};
