import type { Inventory } from "../ir/inventory.js";
import type { Policy } from "../ir/policy.js";
import type { Depends } from "../lint/scopes/conflicts.js";
import { isError } from "../source/diagnostic.js";
import type { ParsedProject } from "./parse.js";

/** The policies of one cluster, with rendered kustomizations. Throws if some cannot be read, or two of one name differ. */
export async function policiesOf(
  project: ParsedProject,
  depends: Depends,
): Promise<{ readonly policies: readonly Policy[]; readonly inventory: Inventory }> {
  const [{ removeDuplicates }, { renderProject }, { conflicts }] = await Promise.all([
    import("../parser/duplicates.js"),
    import("../parser/kustomize/rendered_project.js"),
    import("../lint/scopes/conflicts.js"),
  ]);
  const { cwd } = project;
  const rendered = await renderProject(project, { cwd, policiesOnly: depends === "policies" });
  const { policies, inventory, duplicates } = removeDuplicates(rendered.policies, rendered.inventory);
  const found = [...rendered.diagnostics, ...conflicts(duplicates, rendered, depends, cwd)];
  const error = found.find(
    (each) => isError(each) && !each.compiles && !(depends === "policies" && each.noPolicy),
  );
  if (error) throw new Error(`${rendered.sources.where(error.span)}: ${error.message}`);
  return { policies, inventory };
}
