/** The names of policies and rules in messages. */
import type { Decider } from "../analysis/cover/decided.js";
import { policyName } from "../ir/policy_name.js";
import type { Policy } from "../ir/policy.js";
import type { Note } from "../source/diagnostic.js";

/** The names of policies, each once: "a", "a and b", "a, b and 3 more". */
export function policyNames(policies: readonly Policy[]): string {
  const names = [...new Set(policies.map(policyName))];
  if (names.length > 3) return `${names.slice(0, 2).join(", ")} and ${names.length - 2} more`;
  return names.length > 1 ? `${names.slice(0, -1).join(", ")} and ${names.at(-1)}` : (names[0] ?? "");
}

export const ACTIONS = { allow: "allows", deny: "denies", pass: "passes" } as const;

/** The places that explain why something has no effect. */
export function deciderNotes(deciders: readonly Decider[]): readonly Note[] {
  return deciders.map(({ policy, rule }, index) => ({
    message: `${index === 0 ? "covered by" : "and"} ${policyName(policy)}, which ${rule ? ACTIONS[rule.action] : "isolates the pods"}`,
    span: rule?.span ?? policy.span,
  }));
}
