import type { Span } from "./span.js";

/** Replaces the text of the span. An empty span is an insertion, an empty text a removal. */
export interface Edit {
  readonly span: Span;
  readonly text: string;
}

/** A change of the source text that resolves a finding. Its edits do not overlap, and are applied all or not at all. */
export interface Fix {
  /** What it does, in the imperative: "remove the rule". */
  readonly message: string;
  readonly edits: readonly Edit[];
  /** No verdict changes in any cluster, and nothing that its author wrote for people (a comment, a name) is lost. */
  readonly safe: boolean;
}
