import type { Claim } from "../ir/claim.js";
import type { Inventory } from "../ir/inventory.js";
import type { Policy } from "../ir/policy.js";
import type { Diagnostic } from "../source/diagnostic.js";
import type { Edit } from "../source/edit.js";
import type { Span } from "../source/span.js";
import type { Node } from "./yaml/node.js";

/** The code of an object whose text is a template. `polc lint` only counts those; whoever answers from all policies cannot. */
export const TEMPLATE = "unrendered-template";

/** What one policy file, YAML or TypeScript, holds. An erroneous object is left out and named by a diagnostic. */
export interface ParsedFile {
  readonly policies: readonly Policy[];
  readonly inventory: Inventory;
  readonly claims: readonly Claim[];
  readonly diagnostics: readonly Diagnostic[];
  readonly observations: readonly Observation[];
  /** Only of TypeScript: what files gave to `defineConfig`. */
  readonly configs?: readonly ExportedConfig[];
}

/** A configuration as it left the sandbox: nothing has checked what it says. */
export interface ExportedConfig {
  readonly root: Node;
  /** Of the call that made it. */
  readonly span: Span;
}

/** Something that the text of a policy says or leaves out, and the IR does not tell; no fault in itself. */
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
