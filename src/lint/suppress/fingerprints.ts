import { createHash } from "node:crypto";
import type { Diagnostic } from "../../source/diagnostic.js";
import type { SourceMap } from "../../source/source_file.js";

/** Texts that stay the same when a finding only moves: of its rule, file and source text, and which one it is of those. */
export class Fingerprints {
  private readonly seen = new Map<string, number>();

  constructor(private readonly sources: SourceMap) {}

  of({ rule, span }: Diagnostic): string {
    const text = this.sources.get(span.file)?.text.slice(span.start, span.end) ?? "";
    const id = createHash("sha256")
      .update(JSON.stringify([rule, span.file, text.replace(/\s+/g, " ")]))
      .digest("hex");
    const nth = (this.seen.get(id) ?? 0) + 1;
    this.seen.set(id, nth);
    return `${id.slice(0, 32)}:${nth}`;
  }
}
