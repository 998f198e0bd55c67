import type { SemanticDiff } from "../analysis/diff/semantic_diff.js";
import { policiesOf } from "./sound.js";
import type { ParsedProject } from "./parse.js";

/**
 * Returns the connections that only one of the projects allows in some possible cluster, as exact sets of flows, each with an
 * example.
 * @throws Error if a project could not be read without errors, because the answer would be a guess
 */
export async function diff(before: ParsedProject, after: ParsedProject): Promise<SemanticDiff> {
  const { semanticDiff } = await import("../analysis/diff/semantic_diff.js");
  return semanticDiff(
    (await policiesOf(before, "policies")).policies,
    (await policiesOf(after, "policies")).policies,
  );
}
