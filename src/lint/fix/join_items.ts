import type { Edit } from "../../source/edit.js";
import type { SourceMap } from "../../source/source_file.js";
import type { Span } from "../../source/span.js";

/** Merges two adjacent items of a block-style list; undefined if the text has another form. */
export function joinItems(sources: SourceMap, first: Span, second: Span): Edit | undefined {
  const text = sources.get(second.file)?.text;
  if (text === undefined) return undefined;
  const before = (at: number) => text.slice(text.lastIndexOf("\n", at - 1) + 1, at);
  const indents = [before(first.start), before(second.start)];
  if (!/^ *- +$/.test(indents[0]!) || indents[0] !== indents[1]) return undefined;
  if ([first, second].some(({ start }) => "{&*!".includes(text[start]!))) return undefined;
  const at = second.start - indents[1]!.length + indents[1]!.indexOf("-");
  return { span: { file: second.file, start: at, end: at + 1 }, text: " " };
}
