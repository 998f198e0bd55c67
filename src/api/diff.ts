import type { SemanticDiff } from "../analysis/diff/semantic_diff.js";
import { policiesOf } from "./sound.js";
import type { ParsedProject } from "./parse.js";

/**
 * The connections that one project allows and the other does not, in every possible cluster, as exact sets of flows, each
 * with a flow that shows it.
 * @throws Error if one of the projects could not be read without errors: an answer would be a guess
 */
export async function diff(before: ParsedProject, after: ParsedProject): Promise<SemanticDiff> {
  const { semanticDiff } = await import("../analysis/diff/semantic_diff.js");
  return semanticDiff(
    (await policiesOf(before, "policies")).policies,
    (await policiesOf(after, "policies")).policies,
  );
}
