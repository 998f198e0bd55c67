/** What is wrong with services. The rest is served all the same. */
import type { ServiceCode } from "../source/codes.js";
import type { Diagnostic, Note, Severity } from "../source/diagnostic.js";
import type { Span } from "../source/span.js";

export interface Problem extends Diagnostic {
  readonly rule: ServiceCode;
  /** `NAMESPACE/NAME` of the Service; absent for a slice of none. */
  readonly service?: string;
}

export function problem(
  rule: ServiceCode,
  severity: Severity,
  service: string | undefined,
  span: Span,
  message: string,
  help: string,
  notes: readonly Note[] = [],
): Problem {
  return {
    ...{ rule, severity, message, span, help },
    ...(service !== undefined && { service }),
    ...(notes.length > 0 && { notes }),
  };
}
