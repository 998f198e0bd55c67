import type { Code } from "./codes.js";
import type { Fix } from "./edit.js";
import type { Span } from "./span.js";

/**
 * `error`: the Kubernetes API rejects it, or polc cannot compile it. `note`: it is correct, but users must know about it;
 * it does not change the exit code. Everything else is a `warning`.
 */
export type Severity = "error" | "warning" | "note";

/** Where a finding holds: in every possible cluster, for the pods that the files describe, or for the text alone. */
export type World = "every-cluster" | "inventory" | "text";

/** A second place that explains the first ("covered by", "first defined here"). */
export interface Note {
  readonly message: string;
  readonly span?: Span;
}

/** Identifies one object. `namespace` is as written, or else "default", which means nothing for some kinds. */
export interface ObjectName {
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
}

/** A finding about the user's input. A value: collected and returned, never thrown. */
export interface Diagnostic {
  readonly rule: Code;
  readonly severity: Severity;
  /** One line, without blame. */
  readonly message: string;
  readonly span: Span;
  readonly notes?: readonly Note[];
  /** One line: what to do about it. */
  readonly help?: string;
  /** For findings of lint rules: where the finding holds. */
  readonly world?: World;
  /** A change of the text that resolves the finding. */
  readonly fix?: Fix;
  /** An error that lint reports but that does not stop a build: objects already in a cluster may have it. */
  readonly compiles?: boolean;
  /** The object that is left out, if its name can be read. */
  readonly object?: ObjectName;
  /** The object that is left out is certainly not a policy of the admin or baseline tier. */
  readonly noTier?: boolean;
  /** The object that is left out is certainly not a policy. */
  readonly noPolicy?: boolean;
}

/** How many there are of each severity. */
export function countBySeverity(diagnostics: readonly Diagnostic[]): Readonly<Record<Severity, number>> {
  const counts = { error: 0, warning: 0, note: 0 };
  for (const { severity } of diagnostics) counts[severity]++;
  return counts;
}

export function isError(diagnostic: Diagnostic): boolean {
  return diagnostic.severity === "error";
}
