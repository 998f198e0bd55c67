/** The public API: what policy files import, and the types of what polc makes of them. */
export * from "./dsl/index.js";
export type * from "./ir/policy.js";
export type { Claim as ProvableClaim } from "./ir/claim.js";
export type { Diagnostic, Note, Severity } from "./source/diagnostic.js";
export type { Span } from "./source/span.js";
