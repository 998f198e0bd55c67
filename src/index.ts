/** The public API: what policy files import, and what polc does with them for programs. */
export * from "./dsl/index.js";
export { parse } from "./api/parse.js";
export type { ParsedProject, ParseOptions } from "./api/parse.js";
export { lint } from "./api/lint.js";
export type { LintFinding, LintOptions } from "./api/lint.js";
export { explain } from "./api/explain.js";
export { diff } from "./api/diff.js";
export type { Explanation, SideExplanation, TierStep } from "./analysis/semantics/explain.js";
export type { SemanticDiff } from "./analysis/diff/semantic_diff.js";
export type { Flow } from "./analysis/semantics/decide.js";
export type { Level } from "./lint/levels.js";
export type { Preset } from "./lint/rule.js";
export type * from "./ir/policy.js";
export type { Inventory } from "./ir/inventory.js";
export type { Claim as ProvableClaim } from "./ir/claim.js";
export type { Diagnostic, Note, Severity } from "./source/diagnostic.js";
export type { Edit, Fix } from "./source/edit.js";
export type { Span } from "./source/span.js";
