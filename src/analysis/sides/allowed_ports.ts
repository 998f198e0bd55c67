import type { Rule } from "../../ir/policy.js";
import type { SideRules } from "./policy_index.js";

/**
 * The ports on which a subject is allowed to meet one peer: `decideSide` for a set of ports at once, as bits.
 * @param of the ports on which a rule holds for that peer
 * @param every the ports that are asked about
 */
export function allowedPorts(side: SideRules, of: (rule: Rule) => bigint, every: bigint): bigint {
  const admin = firstMatch(side.admin, of, every);
  const open = admin.open | admin.passed;
  if (side.isolatedBy.length > 0) {
    let allowed = 0n;
    for (const rule of side.allows) allowed |= of(rule);
    return admin.allowed | (open & allowed);
  }
  const baseline = firstMatch(side.baseline, of, open);
  return admin.allowed | baseline.allowed | baseline.passed | baseline.open;
}

/** What the first matching rule of a tier says; `open`: none matches. */
function firstMatch(
  rules: readonly Rule[],
  of: (rule: Rule) => bigint,
  every: bigint,
): { allowed: bigint; passed: bigint; open: bigint } {
  let [allowed, passed, open] = [0n, 0n, every];
  for (const rule of rules) {
    if (open === 0n) break;
    const held = of(rule) & open;
    if (rule.action === "allow") allowed |= held;
    else if (rule.action === "pass") passed |= held;
    open &= ~held;
  }
  return { allowed, passed, open };
}
