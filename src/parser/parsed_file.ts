import type { Claim } from "../ir/claim.js";
import type { Inventory } from "../ir/inventory.js";
import type { Policy } from "../ir/policy.js";
import type { Diagnostic } from "../source/diagnostic.js";

/** What one policy file, YAML or TypeScript, holds. An erroneous object is left out and named by a diagnostic. */
export interface ParsedFile {
  readonly policies: readonly Policy[];
  readonly inventory: Inventory;
  readonly claims: readonly Claim[];
  readonly diagnostics: readonly Diagnostic[];
}
