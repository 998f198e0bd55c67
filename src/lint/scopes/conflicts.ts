/** Objects with two definitions that differ in something an answer depends on. Either may be in the cluster. */
import { isAbsolute } from "node:path";
import { visibleTo } from "../../analysis/semantics/visible.js";
import type { Namespace, Pod } from "../../ir/inventory.js";
import { scopesOf } from "./scopes.js";
import type { Scopes } from "./scopes.js";
import { duplicateDiagnostic } from "../../parser/duplicates.js";
import type { Duplicate } from "../../parser/duplicates.js";
import { shownPath } from "../../source/paths.js";
import type { RenderedProject } from "../../parser/kustomize/rendered_project.js";
import type { Diagnostic } from "../../source/diagnostic.js";

/** The parts of the inventory that an answer depends on. */
export type Depends = "policies" | "inventory" | "inventory and ports";

export function conflicts(
  duplicates: readonly Duplicate[],
  project: RenderedProject,
  depends: Depends,
  cwd: string,
): readonly Diagnostic[] {
  const matters = mattering(project, depends);
  const counting = duplicates.filter((each) => !each.same && matters(each));
  if (counting.length === 0) return [];
  const scopes = scopesOf(project, cwd);
  const ofClusters = new Map<string, { readonly first: Duplicate; readonly pair: Pair; count: number }>();
  const found: Diagnostic[] = [];
  for (const each of counting) {
    const pair = clustersOf(each, project, scopes, cwd);
    if (!pair) {
      found.push(...[duplicateDiagnostic(each)].filter((diagnostic) => diagnostic !== undefined));
      continue;
    }
    const known = ofClusters.get(pair.join("\0"));
    if (known) known.count++;
    else ofClusters.set(pair.join("\0"), { first: each, pair, count: 1 });
  }
  return [...found, ...[...ofClusters.values()].map(({ first, pair, count }) => differ(first, pair, count))];
}

type Pair = readonly [string, string];

function mattering(
  { policies, claims }: RenderedProject,
  depends: Depends,
): (duplicate: Duplicate) => boolean {
  const visible = visibleTo(policies, claims, depends === "inventory and ports");
  return ({ isPolicy, isPod, items: [first, second] }) => {
    if (isPolicy) return true;
    if (depends === "policies") return false;
    if (isPod) return visible.ofPod(first as Pod) !== visible.ofPod(second as Pod);
    if ("selector" in first || "ports" in first) return depends === "inventory and ports";
    return visible.ofNamespace(first as Namespace) !== visible.ofNamespace(second as Namespace);
  };
}

/** The folders or files of the two, if they are not for one cluster. */
function clustersOf(
  { items: [first, second] }: Duplicate,
  project: RenderedProject,
  scopes: Scopes,
  cwd: string,
): Pair | undefined {
  const [a, b] = [first, second].map((item) => {
    const made = project.madeBy(item);
    const own = scopes.of(item.span.file);
    const name = own[0]?.name ?? "";
    return { made, own, name: made ?? (name === "" ? item.span.file : placeName(name, cwd)) };
  }) as [Side, Side];
  const together = a.made === b.made && a.own.some((scope) => b.own.includes(scope));
  return together || a.name === b.name ? undefined : [a.name, b.name];
}

interface Side {
  readonly made: string | undefined;
  readonly own: ReturnType<Scopes["of"]>;
  readonly name: string;
}

function placeName(name: string, cwd: string): string {
  const shown = isAbsolute(name) ? shownPath(name, cwd) : name;
  return shown.replace(/(?<=.)\/$/, "");
}

function differ({ name, span, first, isPolicy }: Duplicate, [a, b]: Pair, count: number): Diagnostic {
  const others = count > 1 ? `, as ${count === 2 ? "is" : "are"} ${count - 1} more` : "";
  return {
    rule: isPolicy ? "duplicate-policy" : "duplicate-object",
    severity: "error",
    message: `${name} is written differently in ${a} and ${b}${others}: they are for different clusters`,
    span,
    notes: [{ message: "the other one", span: first }],
    help: `name one cluster's folder: polc COMMAND ${a}`,
  };
}
