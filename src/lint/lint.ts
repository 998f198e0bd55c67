import { findNeedless } from "../analysis/needless.js";
import type { Needless } from "../analysis/needless.js";
import type { Policy } from "../ir/policy.js";
import { isError } from "../source/diagnostic.js";
import type { Diagnostic } from "../source/diagnostic.js";
import type { LintContext, LintInput, Rule } from "./rule.js";
import { namespaceScope, scopesOf } from "./scopes.js";
import { wholePlaces } from "./whole_places.js";

/** What every rule finds, in the order of the sources. */
export function lint(input: LintInput, rules: readonly Rule[]): readonly Diagnostic[] {
  const { policies, diagnostics } = input;
  let needless: Needless | undefined;
  const context: LintContext = {
    ...input,
    incomplete: diagnostics.some((each) => isError(each) && !each.compiles),
    get needless() {
      return (needless ??= wholePlaces(needlessInScopes(policies, diagnostics), policies));
    },
  };
  const found: Diagnostic[] = [];
  for (const { name, meta, check } of rules) {
    check(context, (finding) => found.push({ rule: name, severity: meta.severity, ...finding }));
  }
  return inOrder(found);
}

function needlessInScopes(policies: readonly Policy[], diagnostics: readonly Diagnostic[]): Needless {
  const found = scopesOf(policies, diagnostics).map((scope) => findNeedless(scope, namespaceScope));
  return { policies: found.flatMap((each) => each.policies), rules: found.flatMap((each) => each.rules) };
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
