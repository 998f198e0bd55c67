import type { Claim } from "../ir/claim.js";
import type { Inventory } from "../ir/inventory.js";
import type { Policy } from "../ir/policy.js";
import type { Diagnostic } from "../source/diagnostic.js";
import type { Edit } from "../source/edit.js";
import type { Span } from "../source/span.js";
import type { Node } from "./yaml/node.js";

/** The code of an object that is a template. `polc lint` only counts them; commands that need all policies refuse them. */
export const TEMPLATE = "unrendered-template";

/** The contents of one policy file, YAML or TypeScript. A faulty object is left out and reported by a diagnostic. */
export interface ParsedFile {
  readonly policies: readonly Policy[];
  readonly inventory: Inventory;
  readonly claims: readonly Claim[];
  readonly diagnostics: readonly Diagnostic[];
  readonly observations: readonly Observation[];
  /** TypeScript only: the arguments of `defineConfig`. */
  readonly configs?: readonly ExportedConfig[];
}

/** A configuration as it left the sandbox, unchecked. */
export interface ExportedConfig {
  readonly root: Node;
  /** The span of the call that created it. */
  readonly span: Span;
}

/** Something that a policy's text writes or omits, and the IR does not show. It is not an error. */
export interface Observation {
  readonly kind:
    | "spec-omitted"
    | "policy-types-omitted"
    | "protocol-defaulted"
    | "ineffective-section"
    /** Null where a rule or a port stands: everything. */
    | "empty-ingress-rule"
    | "empty-egress-rule"
    | "empty-port"
    /** A field of \`metadata\` that only YAML has. */
    | "unkept-field";
  readonly span: Span;
  /** Such as "NetworkPolicy shop/web". */
  readonly policy: string;
  /** Changes of the text that make it explicit; for `ineffective-section`, that remove the section. */
  readonly edits?: readonly Edit[];
}
