import type { Inventory } from "../ir/inventory.js";
import type { Policy } from "../ir/policy.js";
import type { Duplicate } from "../parser/duplicates.js";
import type { Observation } from "../parser/parsed_file.js";
import type { Diagnostic, Severity, World } from "../source/diagnostic.js";
import type { Span } from "../source/span.js";
import type { RuleName } from "../source/rule_names.js";
import type { SourceMap } from "../source/source_file.js";
import type { KnownPods } from "./known/known_pods.js";
import type { RedundantPlaces } from "./merge_by_span.js";

/**
 * The context of a rule: the objects of one cluster, as far as the files tell. Analyses that rules share run once, on
 * first use.
 */
export interface LintContext {
  /** Each kind, namespace and name once. Only pods of namespaces that no other scope also populates. */
  readonly policies: readonly Policy[];
  readonly inventory: Inventory;
  /** Facts about the texts of the policies that do not change their meaning. */
  readonly observations: readonly Observation[];
  readonly duplicates: readonly Duplicate[];
  readonly sources: SourceMap;
  /** Some object could not be read, so nothing can be concluded from what is missing. */
  readonly incomplete: boolean;
  /** A tier policy could not be read. It may decide before the others, so no rule reports what tiers decide. */
  readonly tiersIncomplete: boolean;
  /** Other scopes may also populate the object's namespace, so some of its policies and pods may be missing here. */
  readonly isShared: (item: { readonly namespace: string; readonly span: Span }) => boolean;
  readonly redundant: RedundantPlaces;
  readonly known: KnownPods;
}

/** From the smallest: each preset contains the rules of those before it. */
export const PRESETS = ["recommended", "strict", "all"] as const;

export type Preset = (typeof PRESETS)[number];

export interface RuleMeta {
  /** One line, for lists. */
  readonly summary: string;
  readonly severity: Exclude<Severity, "note">;
  readonly world: World;
  /** The smallest preset that contains the rule. */
  readonly preset: Preset;
  /** Findings may come with a fix. */
  readonly fixable?: true;
}

/** A finding of a rule. The engine adds the rule's name and severity; `severity` overrides the latter. */
export type Finding = Pick<Diagnostic, "message" | "span" | "notes" | "help" | "fix"> & {
  readonly severity?: Severity;
};

export type Report = (finding: Finding) => void;

/** One behaviour of the linter. Its name is its folder in `rules/`, its page and its configuration key. */
export interface Rule {
  readonly name: RuleName;
  readonly meta: RuleMeta;
  /** undefined: the readers report the findings under the rule's name. */
  readonly check?: (context: LintContext, report: Report) => void;
}
