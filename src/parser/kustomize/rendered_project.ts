/**
 * A project with rendered kustomizations: the files that kustomizations change are replaced by the output of `kustomize
 * build`. A kustomization that only lists files leaves them unchanged.
 */
import { resolve } from "node:path";
import type { Policy } from "../../ir/policy.js";
import { SourceMap } from "../../source/source_file.js";
import { shownPath } from "../../source/paths.js";
import { mergeInventories } from "../merge_inventory.js";
import { isKustomization } from "../kustomization.js";
import type { ReadProject } from "../project.js";
import { isError } from "../../source/diagnostic.js";
import type { Diagnostic } from "../../source/diagnostic.js";
import { textLooksLikeObject, textMayBePolicy } from "../kubernetes/object_kind.js";
import { messageLine } from "../quoted.js";
import { readDocuments } from "../yaml/read_documents.js";
import { toDiagnostic } from "../yaml/problem.js";
import { closureOf, renderBefore } from "./closure.js";
import type { Closure } from "./closure.js";
import { render } from "./render.js";
import type { Rendered } from "./render.js";
import { findRenderer } from "./renderer.js";
import { diskTree } from "./source_tree.js";
import type { SourceTree } from "./source_tree.js";

export interface RenderOptions {
  /** What the paths of spans start from. */
  readonly cwd: string;
  /** Defaults to the files on disk, with the texts that were read. */
  readonly tree?: SourceTree;
  /** Only policies matter: kustomizations that change only pods and namespaces are not rendered. */
  readonly policiesOnly?: boolean;
}

export interface RenderedProject extends ReadProject {
  /** The folder (as in spans) of the kustomization that produced a policy or an inventory object. */
  readonly madeBy: (item: object) => string | undefined;
}

/** How many kustomizations are rendered at a time. */
const AT_ONCE = 4;

export async function renderProject(project: ReadProject, options: RenderOptions): Promise<RenderedProject> {
  const { cwd } = options;
  const shown = (absolute: string) => (absolute === cwd ? "." : shownPath(absolute, cwd));
  const { rendered, plain, leftOut } = chosen(project, options, shown);
  const refused = refusals(rendered, shown);
  // There will be no answer anyway, so render nothing.
  const results = refused.length > 0 ? rendered.map(unrendered) : await renderAll(rendered, shown);
  // A file that another kustomization includes unchanged also counts unchanged.
  const kept = new Set(plain.flatMap(({ resources }) => [...resources]));
  const replaced = new Set(
    rendered.flatMap(({ resources }) => [...resources]).filter((path) => !kept.has(path)),
  );
  const own = [...brokenKustomizations(project), ...refused, ...noteOf(leftOut, shown)];
  return merged(project, own, results, replaced, cwd, (index) => shown(rendered[index]!.folder));
}

async function renderAll(
  closures: readonly Closure[],
  shown: (absolute: string) => string,
): Promise<readonly Rendered[]> {
  const renderer = closures.length > 0 ? findRenderer() : undefined;
  const results: Rendered[] = [];
  for (let at = 0; at < closures.length; at += AT_ONCE)
    results.push(
      ...(await Promise.all(closures.slice(at, at + AT_ONCE).map((each) => render(each, renderer, shown)))),
    );
  return results;
}

function unrendered({ sources }: Closure): Rendered {
  return { parsed: [], sources, diagnostics: [] };
}

/** Why some cannot be rendered: one error per place, which may be in a base that many use. */
function refusals(closures: readonly Closure[], shown: (absolute: string) => string): readonly Diagnostic[] {
  const byPlace = new Map<string, { readonly first: Diagnostic; readonly of: Closure[] }>();
  for (const closure of closures) {
    const [first] = closure.problems;
    if (!first) continue;
    const place = `${first.span.start} ${first.span.file}`;
    const known = byPlace.get(place);
    if (known) known.of.push(closure);
    else byPlace.set(place, { first, of: [closure] });
  }
  return [...byPlace.values()].map(({ first, of }) => {
    const users = of.map(({ folder }) => shown(folder));
    const named = users.slice(0, 3).join(", ") + (users.length > 3 ? ` and ${users.length - 3} more` : "");
    const others = Math.max(...of.map(({ problems }) => problems.length)) - 1;
    const more = others > 0 ? `, with ${others} more such problem${others === 1 ? "" : "s"}` : "";
    const isOwn = users.length === 1 && more === "" && first.span.file === of[0]!.sources[0]!.path;
    return isOwn ? first : { ...first, notes: [{ message: messageLine(`used by ${named}${more}`) }] };
  });
}

/** The effect of a kustomization with invalid YAML is unknown. Templates of kustomizations are skipped. */
function brokenKustomizations({ sources }: ReadProject): readonly Diagnostic[] {
  const files = [...sources.all()].filter(
    ({ path, text }) => isKustomization(path) && !/\{\{|\{%/.test(text),
  );
  return files.flatMap(({ path, text }) => {
    const [problem] = readDocuments(text, () => undefined);
    return problem ? [toDiagnostic(path, problem)] : [];
  });
}

interface Chosen {
  readonly rendered: readonly Closure[];
  /** Their files are read as they are. */
  readonly plain: readonly Closure[];
  /** Besides missing resources, they contain nothing that answers depend on. */
  readonly leftOut: readonly Closure[];
}

/** How to treat the kustomizations that no other one uses. */
function chosen(project: ReadProject, options: RenderOptions, shown: (absolute: string) => string): Chosen {
  const { kustomizations, sources, policies } = project;
  const { cwd, tree } = options;
  if (kustomizations.length === 0) return { rendered: [], plain: [], leftOut: [] };
  const texts = new Map(
    [...sources.all()].flatMap(({ path, text }) =>
      text === "" ? [] : [[resolve(cwd, path), Buffer.from(text)]],
    ),
  );
  const files = tree ?? diskTree(texts);
  const used = new Set(kustomizations.flatMap(({ resources }) => resources));
  const roots = kustomizations.filter(({ folder }) => !used.has(folder));
  const closures = roots.map(({ folder }) => closureOf(folder, files, shown));
  const counts = relevantFiles(project, options, new Set(texts.keys()));
  const isRead = (path: string) => texts.has(path);
  const fateOf = (closure: Closure): keyof Chosen => {
    const { changes, problems, resources } = closure;
    const paths = [...resources];
    if (paths.some((path) => counts(path, closure)))
      return problems.length > 0 || changes.size > 0 || !paths.every(isRead) ? "rendered" : "plain";
    if (problems.length === 0 && !changes.has("generators")) return "plain";
    return policies.length > 0 ? "leftOut" : "rendered";
  };
  const fates = closures.map((closure) => ({ closure, fate: fateOf(closure) }));
  const of = (wanted: keyof Chosen) =>
    fates.flatMap(({ closure, fate }) => (fate === wanted ? [closure] : []));
  return { rendered: of("rendered"), plain: of("plain"), leftOut: of("leftOut") };
}

/** Does a file of a kustomization contain something that answers depend on? */
function relevantFiles(
  { policies, inventory, diagnostics }: ReadProject,
  { cwd, policiesOnly = false }: RenderOptions,
  read: ReadonlySet<string>,
): (path: string, closure: Closure) => boolean {
  const { namespaces, pods, services } = inventory;
  const errors = diagnostics.filter((each) => isError(each) && !(policiesOnly && each.noPolicy));
  const items = [...policies, ...(policiesOnly ? [] : [...namespaces, ...pods, ...services]), ...errors];
  const relevant = new Set(items.map(({ span }) => resolve(cwd, span.file)));
  const isOf = policiesOnly ? textMayBePolicy : textLooksLikeObject;
  return (path, { files }) => relevant.has(path) || (!read.has(path) && isOf(String(files.get(path))));
}

/** One note for all of them. */
function noteOf(leftOut: readonly Closure[], shown: (absolute: string) => string): readonly Diagnostic[] {
  const [first] = leftOut;
  if (!first) return [];
  const names = leftOut.slice(0, 3).map(({ folder }) => shown(folder));
  const more = leftOut.length > 3 ? ` and ${leftOut.length - 3} more` : "";
  return [
    {
      rule: "unrendered-kustomization",
      severity: "note",
      message: messageLine(
        `${names.join(", ")}${more} cannot be rendered here and hold nothing that polc reads: left out`,
      ),
      span: { file: first.sources[0]?.path ?? shown(first.folder), start: 0, end: 0 },
      help: messageLine(renderBefore(shown(first.folder))),
    },
  ];
}

function merged(
  project: ReadProject,
  own: readonly Diagnostic[],
  results: readonly Rendered[],
  replaced: ReadonlySet<string>,
  cwd: string,
  nameOf: (index: number) => string,
): RenderedProject {
  const stays = ({ span }: { readonly span: { readonly file: string } }) =>
    !replaced.has(resolve(cwd, span.file));
  const { inventory } = project;
  const stayed = {
    nodes: inventory.nodes,
    // Recompute namespaces that only pods imply, because rendered objects may declare them.
    namespaces: inventory.namespaces.filter((each) => !each.implied && stays(each)),
    pods: inventory.pods.filter(stays),
    ...(inventory.ended && { ended: inventory.ended.filter(stays) }),
    services: inventory.services.filter(stays),
    ...(inventory.slices && { slices: inventory.slices.filter(stays) }),
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
    inventory: mergeInventories([stayed, ...parsed.map((each) => each.inventory)]),
    diagnostics: [
      ...project.diagnostics.filter(stays),
      ...own,
      ...results.flatMap((result) => result.diagnostics),
      ...parsed.flatMap((each) => each.diagnostics),
    ],
    sources,
    madeBy: (item) => madeBy.get(item),
  };
}
