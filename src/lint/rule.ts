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
 * What a rule looks at: what ends up in one cluster, as far as files tell. Analyses that several rules share are made
 * once, when first asked for.
 */
export interface LintContext {
  /** Each kind, namespace and name once; pods only of namespaces that no other scope fills. */
  readonly policies: readonly Policy[];
  readonly inventory: Inventory;
  /** What the texts of the policies say beside what they mean. */
  readonly observations: readonly Observation[];
  readonly duplicates: readonly Duplicate[];
  readonly sources: SourceMap;
  /** Some object could not be read: that nothing does this or that cannot be said. */
  readonly incomplete: boolean;
  /** A tier policy could not be read: it may decide before those that were, so nothing is said of what tiers decide. */
  readonly tiersIncomplete: boolean;
  /** Other scopes may fill the namespace of the object too: neither all its policies are here nor all its pods. */
  readonly isShared: (item: { readonly namespace: string; readonly span: Span }) => boolean;
  readonly redundant: RedundantPlaces;
  readonly known: KnownPods;
}

/** From the quietest: each holds the rules of those before it. */
export const PRESETS = ["recommended", "strict", "all"] as const;

export type Preset = (typeof PRESETS)[number];

export interface RuleMeta {
  /** One line, for lists. */
  readonly summary: string;
  readonly severity: Exclude<Severity, "note">;
  readonly world: World;
  /** The first preset that holds the rule. */
  readonly preset: Preset;
  /** Findings can carry a fix. */
  readonly fixable?: true;
}

/** A finding of a rule; the engine adds the rule's name and severity. `severity` only where findings differ in it. */
export type Finding = Pick<Diagnostic, "message" | "span" | "notes" | "help" | "fix"> & {
  readonly severity?: Severity;
};

export type Report = (finding: Finding) => void;

/** One behaviour of the linter. Its name is its folder in `rules/`, its page and its configuration key. */
export interface Rule {
  readonly name: RuleName;
  readonly meta: RuleMeta;
  /** undefined: reading the files finds it, and reports it under the rule's name. */
  readonly check?: (context: LintContext, report: Report) => void;
}
