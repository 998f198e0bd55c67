/** A half-open range of one source file, in UTF-16 code units (what `String.prototype.slice` takes). */
export interface Span {
  /** The path as the user gave it, relative to the working directory where it can be. */
  readonly file: string;
  readonly start: number;
  readonly end: number;
}

/** The span of nodes that no file contains, such as a flow given on the command line. */
export const NO_SPAN: Span = Object.freeze({ file: "", start: 0, end: 0 });
