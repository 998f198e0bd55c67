import type { Findings } from "./findings.js";
import type { Node, Range } from "./node.js";
import { isSentInDigits, plainScalar } from "./plain_scalar.js";
import type { Meaning } from "./plain_scalar.js";
import { taggedScalar } from "./tag.js";

/** The node of a scalar; a tag that it does not fit is reported. */
export function scalarNode(
  range: Range,
  text: string,
  plain: boolean,
  tag: string | undefined,
  findings: Findings,
): Node {
  const read = meaning(range, text, plain, tag);
  if ("rule" in read) {
    const node = findings.nothing(range);
    findings.report(read, node);
    return node;
  }
  const { start, end } = range;
  const { type, value } = read;
  if (type === "float" && isSentInDigits(value as number))
    return { type: "integer", value: (value as number) + 0, start, end };
  return { type, value, start, end } as Node;
}

function meaning(
  range: Range,
  text: string,
  plain: boolean,
  tag: string | undefined,
): ReturnType<typeof taggedScalar> | Meaning {
  if (tag !== undefined && tag !== "!") return taggedScalar(tag, range, text);
  return plain && tag === undefined ? plainScalar(text) : { type: "string", value: text };
}

/** A range without the blanks and line breaks at its ends. */
export function trimmed(text: string, { start, end }: Range): Range {
  let from = start;
  let to = end;
  while (to > from && /\s/.test(text[to - 1]!)) to--;
  while (from < to && /\s/.test(text[from]!)) from++;
  return { start: from, end: to };
}
