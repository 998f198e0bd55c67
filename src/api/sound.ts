import type { Inventory } from "../ir/inventory.js";
import type { Policy } from "../ir/policy.js";
import { isError } from "../source/diagnostic.js";
import type { ParsedProject } from "./parse.js";

/** The policies of one cluster. Throws if some could not be read, or two of one name differ. */
export async function policiesOf(
  project: ParsedProject,
): Promise<{ readonly policies: readonly Policy[]; readonly inventory: Inventory }> {
  const { duplicateDiagnostic, removeDuplicates } = await import("../parser/duplicates.js");
  const { policies, inventory, duplicates } = removeDuplicates(project.policies, project.inventory);
  const found = [...project.diagnostics, ...duplicates.flatMap((each) => duplicateDiagnostic(each) ?? [])];
  const error = found.find((each) => isError(each) && !each.compiles);
  if (error) throw new Error(`${project.sources.where(error.span)}: ${error.message}`);
  return { policies, inventory };
}
