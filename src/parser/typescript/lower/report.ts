import type { Code } from "../../../source/codes.js";
import { NODE_KIND } from "../../../dsl/node.js";
import type { Diagnostic, Note } from "../../../source/diagnostic.js";
import { printable } from "../../../source/printable.js";
import type { Span } from "../../../source/span.js";
import type { Untrusted } from "./place.js";
import { Sites } from "./place.js";

interface Extra {
  readonly help?: string;
  readonly notes?: readonly Note[];
}

/** Collects what is wrong with the documents of policy files. */
export class Report {
  readonly diagnostics: Diagnostic[] = [];
  errors = 0;

  constructor(readonly sites: Sites) {}

  /** Returns undefined, which stands for the part that cannot be lowered. */
  error(rule: Code, span: Span, message: string, extra: Extra = {}): undefined {
    this.errors++;
    this.diagnostics.push({ rule, severity: "error", message: printable(message), span, ...extra });
    return undefined;
  }

  /** A note for a node that a helper function made, at the helper's call. */
  callNotes(node: Untrusted): { notes?: readonly Note[] } {
    const span = this.sites.caller(node);
    return span ? { notes: [{ message: "through this call", span }] } : {};
  }
}

export function isRecord(value: unknown): value is Untrusted {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** A node of the surface, by its kind. Anything else came from a cast: the types let only nodes through. */
export function isNode(value: unknown, kind: string): value is Untrusted {
  return isRecord(value) && value[NODE_KIND] === kind;
}

/** A value as a message shows it. */
export function shown(value: unknown): string {
  const text = isRecord(value) || Array.isArray(value) ? describe(value) : String(JSON.stringify(value));
  return text.length > 80 ? `${text.slice(0, 77)}...` : text;
}

function describe(value: Untrusted | unknown[]): string {
  if (Array.isArray(value)) return "an array";
  const kind = value[NODE_KIND];
  return typeof kind === "string" ? `a value of kind ${JSON.stringify(kind)}` : "an object";
}
