import type { Needless } from "../analysis/needless.js";
import type { Inventory } from "../ir/inventory.js";
import type { Policy } from "../ir/policy.js";
import type { Diagnostic, Severity } from "../source/diagnostic.js";
import type { SourceMap } from "../source/source_file.js";

/** What is linted: all that the files of one run hold. */
export interface LintInput {
  readonly policies: readonly Policy[];
  readonly inventory: Inventory;
  readonly sources: SourceMap;
  /** What reading the files found. */
  readonly diagnostics: readonly Diagnostic[];
}

/** What a rule looks at. Analyses that several rules share are made once, when first asked for. */
export interface LintContext extends LintInput {
  /** Some object could not be read: that nothing does this or that cannot be said. */
  readonly incomplete: boolean;
  readonly needless: Needless;
}

export interface RuleMeta {
  /** One line, for lists. */
  readonly summary: string;
  readonly severity: Severity;
  /** What a finding is about: every possible cluster, or the pods that the linted files describe. */
  readonly world: "every-cluster" | "inventory";
}

/** A finding of a rule; the engine adds the rule's name and severity. */
export type Finding = Pick<Diagnostic, "message" | "span" | "notes" | "help">;

export type Report = (finding: Finding) => void;

/** One behaviour of the linter. Its name is its folder in `rules/`, its page and its configuration key. */
export interface Rule {
  readonly name: string;
  readonly meta: RuleMeta;
  check(context: LintContext, report: Report): void;
}
