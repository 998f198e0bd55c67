/** The answers to a question: cases with the same answer are grouped. */
import type { Policy } from "../../ir/policy.js";
import { DecisionIds, explainPorts } from "./explain_ports.js";
import type { PortsExplanation } from "./explain_ports.js";
import type { Case, Question } from "./question.js";

export interface Answer {
  readonly cases: readonly Case[];
  /** The explanation of the first case. The same rules decide the same ports of the others. */
  readonly parts: readonly PortsExplanation[];
}

export function answersTo({ cases }: Question, policies: readonly Policy[]): readonly Answer[] {
  const ids = new DecisionIds();
  const answers = new Map<string, { cases: Case[]; parts: readonly PortsExplanation[] }>();
  for (const each of cases) {
    const parts = explainPorts(policies, each, each.ports);
    const id = JSON.stringify(parts.map(({ ports, explanation }) => [ports, ids.of(explanation)]));
    const answer = answers.get(id);
    if (answer) answer.cases.push(each);
    else answers.set(id, { cases: [each], parts });
  }
  return [...answers.values()];
}
