import { printable } from "../source/printable.js";

/** Where comment lines are broken, in columns; a tab counts as 8. */
export const COMMENT_COLUMNS = 110;

/**
 * A C comment. The only way of text from policy files into C: it cannot end the comment, begin another one, break or
 * join lines, or show itself as something else than it is. `indent` is the whitespace before it.
 */
export function comment(text: string | readonly string[], indent: string): string {
  const width = COMMENT_COLUMNS - 3 - indent.replaceAll("\t", "        ").length;
  const lines = (typeof text === "string" ? [text] : text).flatMap((line) => wrap(harmless(line), width));
  if (lines.length === 1 && typeof text === "string") return `${indent}/* ${lines[0]} */`;
  return [`${indent}/*`, ...lines.map((line) => `${indent} * ${line}`.trimEnd()), `${indent} */`].join("\n");
}

/** One line of text without line breaks, comment marks and trigraphs. */
function harmless(text: string): string {
  if (/^(?:[ -)+-.0->@-~]|\*(?!\/)|\/(?!\*)|\?(?!\?))*$/.test(text)) return text;
  return printable(text)
    .replace(/\*(?=\/)/g, "* ")
    .replace(/\/(?=\*)/g, "/ ")
    .replace(/\?(?=\?)/g, "? ");
}

/** Breaks at spaces only; continuation lines are indented. No line ends with a backslash, which would join it to the next. */
function wrap(text: string, width: number): string[] {
  if (text.length <= width && !/\S {2}|[\s\\]$/.test(text)) return [text];
  const hang = text.slice(0, text.length - text.trimStart().length) + "    ";
  const lines: string[] = [];
  let line = "";
  for (const word of text.trimEnd().split(/(?<=\S)[ ]+/)) {
    const longer = line === "" ? word : `${line} ${word}`;
    if (line === "" || longer.length <= width) line = longer;
    else {
      lines.push(line);
      line = hang + word;
    }
  }
  lines.push(line);
  return lines.map((each) => each.replace(/\\\s*$/, (end) => `${end.trimEnd()}.`));
}

/** A comment at the end of a line: the first of the candidates that fits into `columns`, or nothing. */
export function trailingComment(candidates: readonly string[], columns: number): string {
  for (const text of candidates) {
    const [line, ...more] = wrap(harmless(text), columns - 7);
    if (more.length === 0 && line !== undefined && line.length <= columns - 7) return ` /* ${line} */`;
  }
  return "";
}
