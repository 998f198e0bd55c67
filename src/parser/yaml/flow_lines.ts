/**
 * Lines of a flow collection or a quoted scalar that stand further left than YAML 1.2 wants, such as a closing bracket
 * under the key of its list. The API's own parser, and most others, take them as they are.
 */

/**
 * The text with the line of `at` made a part of the line before it, every other character at its place; undefined if
 * there is no such line, or if what is before it cannot be told from a comment.
 */
export function joinLine(text: string, at: number): string | undefined {
  const lineStart = Math.max(text.lastIndexOf("\n", at - 1), text.lastIndexOf("\r", at - 1)) + 1;
  if (lineStart === 0 || /\S/.test(text.slice(lineStart, at))) return undefined;
  const before = text.slice(0, lineStart).replace(/[\r\n]+$/, "");
  const previous = Math.max(before.lastIndexOf("\n"), before.lastIndexOf("\r")) + 1;
  const comment = /(?:^|[ \t])#/.exec(before.slice(previous));
  const kept = comment ? previous + comment.index : before.length;
  if (comment && isInQuotes(before.slice(previous, kept))) return undefined;
  return text.slice(0, kept) + " ".repeat(lineStart - kept) + text.slice(lineStart);
}

function isInQuotes(text: string): boolean {
  return ['"', "'"].some((quote) => text.split(quote).length % 2 === 0);
}
