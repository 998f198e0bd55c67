/** Comments that switch rules off: `polc-disable-next-line RULE, RULE -- REASON` and `polc-disable-file RULE -- REASON`. */
import { entriesOf, itemsOf } from "../../parser/yaml/node.js";
import type { Node, Range } from "../../parser/yaml/node.js";
import { readDocuments } from "../../parser/yaml/read_documents.js";
import type { SourceFile } from "../../source/source_file.js";
import type { Span } from "../../source/span.js";

export interface Suppression {
  readonly rules: readonly string[];
  /** The reason; empty if it is missing. */
  readonly reason: string;
  /** The line whose findings it suppresses, from 1; undefined: the whole file. */
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
  const isText = source.path.endsWith(".ts") ? () => false : insideText(source.text);
  return [...source.text.matchAll(COMMENT)].flatMap((match) => {
    const { comment = "", reach, rest = "" } = match.groups!;
    const start = match.index + match[0].length - comment.length;
    if (isText(start)) return [];
    const [rules = "", ...reason] = rest.split(/(?:^|\s)--(?:\s|$)/);
    return {
      rules: rules.split(/[\s,]+/).filter((rule) => rule !== ""),
      reason: reason.join(" -- ").trim(),
      line: reach === "file" ? undefined : nextLine(source, source.position(start).line),
      span: { file: source.path, start, end: start + comment.trimEnd().length },
    };
  });
}

/** Tells for increasing offsets of YAML whether they are inside a multi-line scalar, which may contain anything. */
function insideText(text: string): (at: number) => boolean {
  const texts: Range[] = [];
  const seen = new Set<Node>();
  const collect = (node: Node) => {
    if (seen.has(node)) return;
    seen.add(node);
    if (node.type === "string" && text.slice(node.start, node.end).includes(MARK)) texts.push(node);
    for (const item of itemsOf(node)) collect(item);
    for (const { value } of entriesOf(node)) collect(value);
  };
  readDocuments(text, ({ root }) => collect(root));
  texts.sort((a, b) => a.start - b.start);
  let next = 0;
  return (at) => {
    while (next < texts.length && texts[next]!.end <= at) next++;
    return next < texts.length && texts[next]!.start <= at;
  };
}

/** The next line that is neither empty nor a comment, so that comments can be stacked. */
function nextLine(source: SourceFile, line: number): number {
  let next = line + 1;
  const last = source.position(source.text.length).line;
  while (next < last && /^\s*(?:$|#|\/\/)/.test(source.line(next))) next++;
  return next;
}
