import type { Diagnostic } from "../source/diagnostic.js";

/** A file that a conversion makes. */
export interface OutputFile {
  /** Relative to the folder that the files are for, with `/`. */
  readonly path: string;
  readonly text: string;
}

export interface Converted {
  readonly files: readonly OutputFile[];
  /**
   * An error: the other format cannot express something, so the files would mean something else. A warning: something that
   * decides nothing is dropped.
   */
  readonly diagnostics: readonly Diagnostic[];
}

/** `one`: everything in one file; `folder`: one file per namespace. */
export type Layout = "one" | "folder";
