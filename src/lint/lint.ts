import { dirname } from "node:path";
import { findNeedless } from "../analysis/needless.js";
import type { Needless } from "../analysis/needless.js";
import { duplicateDiagnostic, removeDuplicates } from "../parser/duplicates.js";
import type { ReadProject } from "../parser/project.js";
import { isError } from "../source/diagnostic.js";
import type { Diagnostic } from "../source/diagnostic.js";
import { KnownPods } from "./known_pods.js";
import type { Levels } from "./levels.js";
import { namespaceScope } from "./namespace_scope.js";
import type { LintContext, Rule } from "./rule.js";
import { scopesOf } from "./scopes.js";
import type { Scope } from "./scopes.js";
import { applySuppressions } from "./suppress/suppress.js";
import { wholePlaces } from "./whole_places.js";

export interface LintOptions {
  readonly rules: readonly Rule[];
  readonly levels: Levels;
  /** What the paths of spans start from. */
  readonly cwd: string;
  /** By default as the files tell: `scopesOf`. */
  readonly scopes?: readonly Scope[];
  /** Called with the milliseconds that each rule took. */
  readonly timing?: (rule: string, milliseconds: number) => void;
}

/** What reading the files and every rule find, in the order of the sources. */
export function lint(project: ReadProject, options: LintOptions): readonly Diagnostic[] {
  const scopes = options.scopes ?? scopesOf(project, options.cwd);
  const inScopes = scopes.map((scope) => ({ scope, found: lintScope(project, scope, options) }));
  const found = [...project.diagnostics, ...sharedFindings(inScopes)];
  const patched = (file: string) => scopes.some((scope) => scope.patched && scope.holds(file));
  return inOrder(
    applySuppressions(
      found.flatMap((each) => levelled(each, options.levels)),
      project.sources,
      {
        rules: options.rules,
        ran: (rule, file) => options.levels.levelOf(rule, file) !== "off" && !patched(file),
      },
    ),
  );
}

function lintScope(project: ReadProject, scope: Scope, options: LintOptions): readonly Diagnostic[] {
  const context = contextOf(project, scope);
  if (context.policies.length === 0) return [];
  const found: Diagnostic[] = context.duplicates
    // What runs may be described in several folders, each for its own cluster, as overlays and examples are.
    .filter(({ isPolicy, span, first }) => !isPolicy && dirname(span.file) === dirname(first.file))
    .flatMap((each) => duplicateDiagnostic(each) ?? []);
  for (const { name, meta, check } of options.rules) {
    if (!check || options.levels.levelOf(name, "") === "off") continue;
    // Patches may add, change or remove what is compared.
    if (scope.patched && meta.world !== "text") continue;
    const start = performance.now();
    check(context, (finding) =>
      found.push({ rule: name, severity: meta.severity, world: meta.world, ...finding }),
    );
    options.timing?.(name, performance.now() - start);
  }
  return found;
}

function contextOf(project: ReadProject, scope: Scope): LintContext {
  const inside = <T extends { readonly span: { readonly file: string } }>(items: readonly T[]) =>
    items.filter(({ span }) => scope.holds(span.file));
  const { inventory, diagnostics, sources } = project;
  const {
    policies,
    inventory: unique,
    duplicates,
  } = removeDuplicates(
    inside(project.policies),
    {
      namespaces: inside(inventory.namespaces),
      pods: inside(inventory.pods),
      nodes: inventory.nodes,
      services: inside(inventory.services),
    },
    namespaceScope,
  );
  let needless: Needless | undefined;
  let known: KnownPods | undefined;
  return {
    policies,
    inventory: unique,
    duplicates,
    sources,
    observations: inside(project.observations),
    incomplete: inside(diagnostics).some(
      (each) => (isError(each) && !each.compiles) || each.rule === "unread-policy",
    ),
    get needless() {
      return (needless ??= wholePlaces(findNeedless(policies, namespaceScope), policies));
    },
    get known() {
      return (known ??= new KnownPods(unique, inside(project.customResources)));
    },
  };
}

/** A file of several scopes, such as the base of overlays, has a finding only if it holds in each of them. */
function sharedFindings(
  inScopes: readonly { readonly scope: Scope; readonly found: readonly Diagnostic[] }[],
): readonly Diagnostic[] {
  const kept = inScopes.flatMap(({ found }) => found);
  if (inScopes.length === 1) return kept;
  const ids = inScopes.map(({ found }) => new Set(found.map(placeOf)));
  const holders = new Map<string, readonly number[]>();
  const scopesHolding = (file: string) => {
    let holding = holders.get(file);
    if (!holding) {
      holding = inScopes.flatMap(({ scope }, i) => (scope.holds(file) ? [i] : []));
      holders.set(file, holding);
    }
    return holding;
  };
  const seen = new Set<string>();
  return kept.filter((each) => {
    const id = placeOf(each);
    if (seen.has(id)) return false;
    seen.add(id);
    return scopesHolding(each.span.file).every((i) => ids[i]!.has(id));
  });
}

function placeOf({ rule, span }: Diagnostic): string {
  return `${rule} ${span.start}-${span.end} ${span.file}`;
}

function levelled(diagnostic: Diagnostic, levels: Levels): readonly Diagnostic[] {
  const level = levels.levelOf(diagnostic.rule, diagnostic.span.file);
  if (level === undefined || level === diagnostic.severity) return [diagnostic];
  return level === "off" ? [] : [{ ...diagnostic, severity: level }];
}

/** By file, place and rule, whatever order they were found in; what is said twice of one place is said once. */
export function inOrder(diagnostics: readonly Diagnostic[]): readonly Diagnostic[] {
  const sorted = [...diagnostics].sort(
    (a, b) =>
      byText(a.span.file, b.span.file) ||
      a.span.start - b.span.start ||
      byText(a.rule, b.rule) ||
      a.span.end - b.span.end ||
      byText(a.message, b.message),
  );
  return sorted.filter((each, i) => !isSame(each, sorted[i - 1]));
}

function byText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function isSame(a: Diagnostic, b: Diagnostic | undefined): boolean {
  return (
    b !== undefined &&
    a.rule === b.rule &&
    a.message === b.message &&
    a.span.file === b.span.file &&
    a.span.start === b.span.start &&
    a.span.end === b.span.end
  );
}
