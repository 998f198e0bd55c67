import type { Code } from "../../source/codes.js";
import type { Diagnostic, Severity } from "../../source/diagnostic.js";
import { messageLine } from "../quoted.js";
import type { Range } from "./node.js";

/** A finding about the text of a file, before it has the file's name. */
export interface Problem {
  readonly rule: Code;
  readonly severity: Severity;
  readonly message: string;
  readonly range: Range;
  readonly notes?: readonly { readonly message: string; readonly range: Range }[];
  readonly help?: string;
}

export function toDiagnostic(file: string, problem: Problem): Diagnostic {
  const { rule, severity, message, range, notes, help } = problem;
  return {
    rule,
    severity,
    message: messageLine(message),
    span: spanOf(file, range),
    ...(notes && { notes: notes.map((note) => ({ message: note.message, span: spanOf(file, note.range) })) }),
    ...(help !== undefined && { help: messageLine(help) }),
  };
}

export function spanOf(file: string, { start, end }: Range): Diagnostic["span"] {
  return Object.freeze({ file, start, end });
}
