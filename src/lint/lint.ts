import { findRedundant } from "../analysis/redundancy/redundant.js";
import type { Redundant } from "../analysis/redundancy/redundant.js";
import type { Policy } from "../ir/policy.js";
import { duplicateDiagnostic, removeDuplicates } from "../parser/duplicates.js";
import type { Duplicate } from "../parser/duplicates.js";
import { podMakersOf } from "../parser/kubernetes/makers/pod_makers.js";
import { TEMPLATE } from "../parser/parsed_file.js";
import type { ReadProject } from "../parser/project.js";
import { isError } from "../source/diagnostic.js";
import type { Diagnostic } from "../source/diagnostic.js";
import { KnownPods } from "./known/known_pods.js";
import type { Levels } from "./levels.js";
import { namespaceScope } from "./scopes/namespace_scope.js";
import type { LintContext, Rule } from "./rule.js";
import { inScopes, scopesOf } from "./scopes/scopes.js";
import type { Scope } from "./scopes/scope.js";
import type { Scopes } from "./scopes/scopes.js";
import { sharedNamespaces } from "./scopes/shared_namespaces.js";
import { applySuppressions } from "./suppress/suppress.js";
import { mergeBySpan } from "./merge_by_span.js";
import type { RedundantPlaces } from "./merge_by_span.js";

export interface LintOptions {
  readonly rules: readonly Rule[];
  readonly levels: Levels;
  /** The folder that paths in spans are relative to. */
  readonly cwd: string;
  /** Defaults to the scopes that the files suggest: `scopesOf`. */
  readonly scopes?: Scopes;
  /** Called with the time that each rule took, in milliseconds. */
  readonly timing?: (rule: string, milliseconds: number) => void;
  /** Policies that only tell which namespaces the scopes populate: no rule sees them. */
  readonly elsewhere?: readonly Policy[];
  /** Called with what each scope's comparison found. */
  readonly compared?: (scope: Scope, redundant: Redundant) => void;
}

/** The findings of the readers and of every rule, in source order. */
export function lint(project: ReadProject, options: LintOptions): readonly Diagnostic[] {
  const scopes = options.scopes ?? scopesOf(project, options.cwd);
  const contextOf = contexts(project, scopes, options);
  const found = new Map(scopes.all.map((scope) => [scope, lintScope(contextOf(scope), scope, options)]));
  const ofText = project.diagnostics.filter(({ rule }) => rule !== TEMPLATE);
  const all = [...ofText, ...sharedFindings(found, scopes)];
  const patched = (file: string) => scopes.of(file).some((scope) => scope.patched);
  return inOrder(
    applySuppressions(
      all.flatMap((each) => levelled(each, options.levels)),
      project.sources,
      {
        rules: options.rules,
        ran: (rule, file) => options.levels.levelOf(rule, file) !== "off" && !patched(file),
      },
    ),
  );
}

function lintScope(context: LintContext, scope: Scope, options: LintOptions): readonly Diagnostic[] {
  if (context.policies.length === 0) return [];
  const found: Diagnostic[] = context.duplicates
    // What runs may be described in several files, each for its own cluster or for one way to install it.
    .filter((each) => !each.isPolicy && isInOneFile(each))
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

/** The context of the rules for each scope. Everything is divided among the scopes once. */
function contexts(
  project: ReadProject,
  scopes: Scopes,
  { elsewhere = [], compared: onCompared }: LintOptions,
): (scope: Scope) => LintContext {
  const { inventory, sources } = project;
  const policies = inScopes(project.policies, scopes);
  const namespaces = inScopes(inventory.namespaces, scopes);
  const pods = inScopes(inventory.pods, scopes);
  const ended = inScopes(inventory.ended ?? [], scopes);
  const services = inScopes(inventory.services, scopes);
  const observations = inScopes(project.observations, scopes);
  const customResources = inScopes(project.customResources, scopes);
  const access = inScopes(project.access, scopes);
  const unread = inScopes(project.diagnostics.filter(isUnread), scopes);
  const templated = new Set(project.templateFiles.flatMap((file) => scopes.of(file)));
  const isIncomplete = (scope: Scope) =>
    scope.incomplete === true || templated.has(scope) || unread(scope).length > 0;
  const populating = { ...project, policies: [...project.policies, ...elsewhere] };
  const isShared = sharedNamespaces(populating, scopes, isIncomplete);
  return (scope) => {
    const own = {
      namespaces: namespaces(scope),
      pods: pods(scope),
      ended: ended(scope),
      services: services(scope),
    };
    const all = removeDuplicates(policies(scope), { ...own, nodes: inventory.nodes }, namespaceScope);
    const sole = all.inventory.pods.filter((pod) => !isShared(scope, pod));
    const unique = { ...all, inventory: { ...all.inventory, pods: sole } };
    const unreadHere = unread(scope);
    const tiersIncomplete = unreadHere.some(({ noTier }) => !noTier);
    let redundant: RedundantPlaces | undefined;
    let known: KnownPods | undefined;
    return {
      ...unique,
      // If a kustomization uses two others, these may rename an object or put it into different namespaces.
      duplicates: scope.patched ? all.duplicates.filter(isInOneFile) : all.duplicates,
      sources,
      observations: observations(scope),
      incomplete: isIncomplete(scope) || all.duplicates.some(isOtherPod),
      isShared: (item) => isShared(scope, item),
      tiersIncomplete,
      get redundant() {
        // Equal NetworkPolicies are redundant whatever the tiers decide.
        const compared = tiersIncomplete
          ? unique.policies.filter(({ tier }) => tier === "networkpolicy")
          : unique.policies;
        if (!redundant) {
          const found = findRedundant(compared, namespaceScope);
          onCompared?.(scope, found);
          redundant = mergeBySpan(found, unique.policies);
        }
        return redundant;
      },
      get known() {
        const makers = podMakersOf({ customResources: customResources(scope), access: access(scope) });
        return (known ??= new KnownPods(unique.inventory, makers));
      },
    };
  };
}

function isInOneFile({ span, first }: Duplicate): boolean {
  return span.file === first.file;
}

/** If two files define one workload differently, nobody knows which one runs. */
function isOtherPod({ isPod, same }: Duplicate): boolean {
  return isPod && !same;
}

/** Some object is missing from every answer. */
function isUnread(diagnostic: Diagnostic): boolean {
  return (isError(diagnostic) && !diagnostic.compiles) || diagnostic.rule === "unread-policy";
}

/** A file in several scopes, such as a base of overlays, has a finding only if it holds in each of them. */
function sharedFindings(
  found: ReadonlyMap<Scope, readonly Diagnostic[]>,
  scopes: Scopes,
): readonly Diagnostic[] {
  const ids = new Map([...found].map(([scope, list]) => [scope, new Set(list.map(placeOf))]));
  return [...found].flatMap(([scope, list]) =>
    list.filter((each) => {
      const holding = scopes.of(each.span.file);
      const id = placeOf(each);
      return holding[0] === scope && holding.every((other) => ids.get(other)!.has(id));
    }),
  );
}

function placeOf({ rule, span }: Diagnostic): string {
  return `${rule} ${span.start}-${span.end} ${span.file}`;
}

function levelled(diagnostic: Diagnostic, levels: Levels): readonly Diagnostic[] {
  const level = levels.levelOf(diagnostic.rule, diagnostic.span.file);
  if (level === undefined || level === diagnostic.severity) return [diagnostic];
  return level === "off" ? [] : [{ ...diagnostic, severity: level }];
}

/** Sorted by file, place and rule, without duplicates. */
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
