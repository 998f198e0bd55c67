import { Cursor, TAB, YamlError, isBlank, isBlankOrEnd, isBreak, isBreakOrEnd } from "./cursor.js";
import { FoldedText } from "./folded_text.js";
import { scalarToken } from "./token.js";
import type { Token } from "./token.js";

const COLON = 0x3a;
const HASH = 0x23;

/** What ends a plain scalar inside brackets. */
const FLOW_ENDS = new Set([..."?,[]{}"].map((char) => char.charCodeAt(0)));

/** @param indent the least column of the lines after the first; nothing inside brackets asks for one */
export function scanPlain(
  cursor: Cursor,
  indent: number,
  inFlow: boolean,
): { token: Token; isMultiline: boolean } {
  const start = cursor.at;
  let end = start;
  const value = new FoldedText();
  for (;;) {
    if (cursor.atDocumentMarker() || cursor.code() === HASH) break;
    const from = cursor.at;
    const lineEnd = skipLine(cursor, inFlow);
    if (lineEnd > from) {
      value.add(cursor.text.slice(from, lineEnd));
      end = lineEnd;
    }
    if (!isBreak(cursor.code())) break;
    while (isBlank(cursor.code()) || isBreak(cursor.code())) {
      if (isBreak(cursor.code())) value.lineBreak(cursor.lineBreak());
      else if (cursor.code() === TAB && cursor.column < indent)
        throw new YamlError("found a tab character that violates indentation", cursor.at);
      else cursor.at++;
    }
    if (!inFlow && cursor.column < indent) break;
  }
  return { token: scalarToken(start, end, value.text, "plain"), isMultiline: value.endsInBreak };
}

/** Moves to what ends the scalar or its line. Returns the place behind the last character that is no blank. */
function skipLine(cursor: Cursor, inFlow: boolean): number {
  for (let end = cursor.at; ; end = ++cursor.at) {
    if (isBlank(cursor.code())) cursor.skipBlanks();
    const code = cursor.code();
    const isComment = code === HASH && cursor.at > end;
    if (isComment || isBreakOrEnd(code) || (code === COLON && isBlankOrEnd(cursor.code(1)))) return end;
    if (inFlow && FLOW_ENDS.has(code)) return end;
  }
}
