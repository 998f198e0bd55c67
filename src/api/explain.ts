import type { Explanation } from "../analysis/semantics/explain.js";
import type { QuestionText } from "../analysis/question/question.js";
import { policiesOf } from "./sound.js";
import type { ParsedProject } from "./parse.js";

/**
 * Explains whether a flow is allowed and what decides it, tier by tier, for its source and its destination. If the question
 * covers several flows (both address families, several pods or ports), it explains a denied one, if there is one.
 * @param flow ends as `NAMESPACE/POD` or an address, a port such as `8080/tcp`, `53/udp` or `icmp`
 * @throws RangeError if the project has no such end or port; Error if the project could not be read without errors
 */
export async function explain(project: ParsedProject, flow: QuestionText): Promise<Explanation> {
  const [{ ask }, { answersTo }] = await Promise.all([
    import("../analysis/question/question.js"),
    import("../analysis/question/answers.js"),
  ]);
  const { policies, inventory } = await policiesOf(project, "inventory and ports");
  const question = ask(flow, inventory, policies);
  if ("message" in question) throw new RangeError(question.message);
  const explanations = answersTo(question, policies).flatMap(({ parts }) =>
    parts.map(({ explanation }) => explanation),
  );
  return explanations.find(({ verdict }) => verdict === "deny") ?? explanations[0]!;
}
