import type { Diagnostic } from "../source/diagnostic.js";

export type BundleProblem =
  | "invalid-bundle"
  | "compiler-missing"
  | "compile-failed"
  | "verify-failed"
  | "output-refused"
  | "invalid-name";

/** An error about a bundle or its making, at a file as a whole. */
export function bundleError(rule: BundleProblem, file: string, message: string, help?: string): Diagnostic {
  return {
    rule,
    severity: "error",
    message,
    span: { file, start: 0, end: 0 },
    ...(help !== undefined && { help }),
  };
}
