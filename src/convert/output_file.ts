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
   * An error: something cannot be said in the other form, so the files would mean something else. A warning: something is
   * lost that decides nothing.
   */
  readonly diagnostics: readonly Diagnostic[];
}

/** `one`: everything in one file; `folder`: a file a namespace. */
export type Layout = "one" | "folder";
