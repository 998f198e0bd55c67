/** Comments that switch rules off: `polc-disable-next-line RULE, RULE -- REASON` and `polc-disable-file RULE -- REASON`. */
import type { SourceFile } from "../../source/source_file.js";
import type { Span } from "../../source/span.js";

export interface Suppression {
  readonly rules: readonly string[];
  /** What it is for; empty where it was forgotten. */
  readonly reason: string;
  /** The line whose findings it is about, from 1; undefined: all of the file. */
  readonly line: number | undefined;
  /** The comment, from its marker to the end of the line. */
  readonly span: Span;
}

const MARK = "polc-disable";

/** A comment on a line of its own, in YAML or TypeScript. */
const COMMENT =
  /^[ \t]*(?<comment>(?:#|\/\/)[ \t]*polc-disable-(?<reach>next-line|file)\b(?<rest>[^\r\n]*))/gm;

export function suppressionsOf(source: SourceFile): readonly Suppression[] {
  if (!source.text.includes(MARK)) return [];
  return [...source.text.matchAll(COMMENT)].map((match) => {
    const { comment = "", reach, rest = "" } = match.groups!;
    const start = match.index + match[0].length - comment.length;
    const [rules = "", ...reason] = rest.split(/(?:^|\s)--(?:\s|$)/);
    return {
      rules: rules.split(/[\s,]+/).filter((rule) => rule !== ""),
      reason: reason.join(" -- ").trim(),
      line: reach === "file" ? undefined : nextLine(source, source.position(start).line),
      span: { file: source.path, start, end: start + comment.trimEnd().length },
    };
  });
}

/** The first line after this one that is neither empty nor a comment, so that several comments can stand together. */
function nextLine(source: SourceFile, line: number): number {
  let next = line + 1;
  const last = source.position(source.text.length).line;
  while (next < last && /^\s*(?:$|#|\/\/)/.test(source.line(next))) next++;
  return next;
}
