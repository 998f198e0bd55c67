import type { Level } from "../lint/levels.js";
import type { ServiceSettings } from "../services/settings.js";
import type { Span } from "../source/span.js";
import type { PathPatterns } from "./path_patterns.js";

/** What one configuration file says, checked. */
export interface Config {
  /** As spans have it. */
  readonly path: string;
  readonly extends: readonly { readonly name: string; readonly span: Span }[];
  readonly rules: readonly RuleLevel[];
  readonly overrides: readonly { readonly files: PathPatterns; readonly rules: readonly RuleLevel[] }[];
  readonly ignore: PathPatterns;
  readonly scopes: readonly { readonly name: string; readonly files: PathPatterns }[];
  /** What it says of services. */
  readonly services: Partial<ServiceSettings>;
}

export interface RuleLevel {
  readonly rule: string;
  readonly level: Level;
  readonly span: Span;
}
