import type { BundleCode } from "../source/codes.js";
import type { Diagnostic } from "../source/diagnostic.js";

/** An error about a bundle or its making, at a file as a whole. */
export function bundleError(rule: BundleCode, file: string, message: string, help?: string): Diagnostic {
  return {
    rule,
    severity: "error",
    message,
    span: { file, start: 0, end: 0 },
    ...(help !== undefined && { help }),
  };
}
