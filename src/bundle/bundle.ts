import type { Policy } from "../ir/policy.js";
import type { Manifest } from "./manifest.js";
import type { BundleServices } from "./service_tables.js";

/** A built bundle: a directory with a manifest and what it names. Every digest has been checked. */
export interface Bundle {
  readonly dir: string;
  readonly manifest: Manifest;
  /** From `ir.json`; the indices and rule ids of the manifest count these. */
  readonly policies: readonly Policy[];
  /** From `services.json`, if there is one. */
  readonly services?: BundleServices;
}
