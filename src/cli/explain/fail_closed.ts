import type { Answer } from "../../analysis/question/answers.js";
import { policyName } from "../../ir/policy_name.js";
import type { SourceMap } from "../../source/source_file.js";

const VERBS = { allow: "accepts", deny: "denies", pass: "passes" } as const;

/** Rules that are not evaluated as written: the reason, and what they are treated as. */
export function failClosedNotes({ parts }: Answer, sources: SourceMap): readonly string[] {
  const { egress, ingress } = parts[0]!.explanation;
  return [...egress.failClosed, ...ingress.failClosed].map(({ policy, rule }) => {
    const kinds = [...new Set(rule.unknown.map(({ kind }) => kind))].join(" and ");
    const meaning = rule.action === "allow" ? "matches nothing" : "denies every peer on every port";
    const where = `${policyName(policy)}  ${sources.where(rule.span)}`;
    return `${where}  ${VERBS[rule.action]} ${kinds}, which polc does not support, so the rule ${meaning}`;
  });
}
