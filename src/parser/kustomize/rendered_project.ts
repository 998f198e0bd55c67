/**
 * A project as its kustomizations render it. What they would change is not what their files say, so those files are
 * replaced by what `kustomize build` makes of them; a kustomization that only lists files leaves them as they are.
 */
import { resolve } from "node:path";
import type { Policy } from "../../ir/policy.js";
import { SourceMap } from "../../source/source_file.js";
import { shownPath } from "../find_files.js";
import { mergeInventories } from "../merge_inventory.js";
import { isKustomization } from "../kustomization.js";
import type { ReadProject } from "../project.js";
import type { Diagnostic } from "../../source/diagnostic.js";
import { readDocuments } from "../yaml/read_documents.js";
import { toDiagnostic } from "../yaml/problem.js";
import { closureOf } from "./closure.js";
import type { Closure } from "./closure.js";
import { render } from "./render.js";
import type { Rendered } from "./render.js";
import { findRenderer } from "./renderer.js";
import { diskTree } from "./source_tree.js";
import type { SourceTree } from "./source_tree.js";

export interface RenderOptions {
  /** What the paths of spans start from. */
  readonly cwd: string;
  /** By default the files on disk, with the texts that were read. */
  readonly tree?: SourceTree;
  /** Pods and namespaces are of no interest: what changes only them is not rendered. */
  readonly policiesOnly?: boolean;
}

export interface RenderedProject extends ReadProject {
  /** The folder, as spans have it, of the kustomization that made a policy or an object of the inventory. */
  readonly madeBy: (item: object) => string | undefined;
}

/** How many kustomizations are rendered at a time. */
const AT_ONCE = 4;

export async function renderProject(project: ReadProject, options: RenderOptions): Promise<RenderedProject> {
  const { cwd } = options;
  const shown = (absolute: string) => (absolute === cwd ? "." : shownPath(absolute, cwd));
  const { rendered, plain } = chosen(project, options, shown);
  const renderer = rendered.length > 0 ? findRenderer() : undefined;
  const results: Rendered[] = [];
  for (let at = 0; at < rendered.length; at += AT_ONCE)
    results.push(
      ...(await Promise.all(rendered.slice(at, at + AT_ONCE).map((each) => render(each, renderer, shown)))),
    );
  // A file that another kustomization takes as it is counts as it is too.
  const kept = new Set(plain.flatMap(({ resources }) => [...resources]));
  const replaced = new Set(
    rendered.flatMap(({ resources }) => [...resources]).filter((path) => !kept.has(path)),
  );
  return merged(project, results, replaced, cwd, (index) => shown(rendered[index]!.folder));
}

/** What a kustomization that is no YAML would do is not known. Those that a template engine fills are no one's yet. */
function brokenKustomizations({ sources }: ReadProject): readonly Diagnostic[] {
  const files = [...sources.all()].filter(
    ({ path, text }) => isKustomization(path) && !/\{\{|\{%/.test(text),
  );
  return files.flatMap(({ path, text }) => {
    const [problem] = readDocuments(text, () => undefined);
    return problem ? [toDiagnostic(path, problem)] : [];
  });
}

/** The kustomizations that no other one uses: those that are rendered, and those whose files are read as they are. */
function chosen(
  { kustomizations, policies, inventory, diagnostics, sources }: ReadProject,
  { cwd, tree, policiesOnly = false }: RenderOptions,
  shown: (absolute: string) => string,
): { readonly rendered: readonly Closure[]; readonly plain: readonly Closure[] } {
  if (kustomizations.length === 0) return { rendered: [], plain: [] };
  const texts = new Map([...sources.all()].map(({ path, text }) => [resolve(cwd, path), Buffer.from(text)]));
  const files = tree ?? diskTree(texts);
  const used = new Set(kustomizations.flatMap(({ resources }) => resources));
  const roots = kustomizations.filter(({ folder }) => !used.has(folder));
  const closures = roots.map(({ folder }) => closureOf(folder, files, shown));
  const { namespaces, pods, services } = inventory;
  const items = [...policies, ...(policiesOnly ? [] : [...namespaces, ...pods, ...services]), ...diagnostics];
  const relevant = new Set(items.map(({ span }) => resolve(cwd, span.file)));
  const isRead = (path: string) => texts.has(path);
  const isRendered = ({ changes, problems, resources }: Closure) => {
    const paths = [...resources];
    if (problems.length > 0 || !paths.every(isRead)) return true;
    return changes.size > 0 && (changes.has("generators") || paths.some((path) => relevant.has(path)));
  };
  return {
    rendered: closures.filter(isRendered),
    plain: closures.filter((each) => !isRendered(each)),
  };
}

function merged(
  project: ReadProject,
  results: readonly Rendered[],
  replaced: ReadonlySet<string>,
  cwd: string,
  nameOf: (index: number) => string,
): RenderedProject {
  const stays = ({ span }: { readonly span: { readonly file: string } }) =>
    !replaced.has(resolve(cwd, span.file));
  const { inventory } = project;
  const own = {
    nodes: inventory.nodes,
    // Those that no manifest describes are added again where they are needed.
    namespaces: inventory.namespaces.filter((namespace) => !namespace.implied && stays(namespace)),
    pods: inventory.pods.filter(stays),
    ended: (inventory.ended ?? []).filter(stays),
    services: inventory.services.filter(stays),
  };
  const parsed = results.flatMap((result) => result.parsed);
  const madeBy = new Map<object, string>();
  for (const [index, result] of results.entries())
    for (const { policies, inventory: made } of result.parsed)
      for (const item of [...policies, ...made.namespaces, ...made.pods, ...made.services])
        madeBy.set(item, nameOf(index));
  const sources = new SourceMap();
  for (const file of [...results.flatMap((result) => result.sources), ...project.sources.all()])
    sources.add(file);
  const isYaml = ({ span }: Policy) => !span.file.endsWith(".ts");
  const policies = project.policies.filter(stays);
  return {
    ...project,
    policies: [
      ...policies.filter(isYaml),
      ...parsed.flatMap((each) => each.policies),
      ...policies.filter((policy) => !isYaml(policy)),
    ],
    inventory: mergeInventories([own, ...parsed.map((each) => each.inventory)]),
    diagnostics: [
      ...project.diagnostics.filter(stays),
      ...brokenKustomizations(project),
      ...results.flatMap((result) => result.diagnostics),
      ...parsed.flatMap((each) => each.diagnostics),
    ],
    sources,
    madeBy: (item) => madeBy.get(item),
  };
}
