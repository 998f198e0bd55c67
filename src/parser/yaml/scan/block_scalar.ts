import { Cursor, DASH, SPACE, TAB, YamlError, isBlank, isBreak, isBreakOrEnd, isDigit } from "./cursor.js";
import { scalarToken } from "./token.js";
import type { Token } from "./token.js";

const PLUS = 0x2b;
const PIPE = 0x7c;
const HASH = 0x23;
const ZERO = 0x30;

type Chomping = "strip" | "clip" | "keep";

/**
 * A literal or folded scalar. Its range is that of the lines below its indicator.
 * @param parentIndent the indentation of the collection around it, -1 if there is none
 */
export function scanBlock(cursor: Cursor, parentIndent: number): Token {
  const isLiteral = cursor.code() === PIPE;
  cursor.at++;
  const { chomping, increment } = header(cursor);
  const start = cursor.at;
  let indent = increment === 0 ? 0 : Math.max(parentIndent, 0) + increment;
  let end = cursor.at;
  const lines = () => {
    const found = emptyLines(cursor, indent, parentIndent);
    indent = found.indent;
    end = found.end;
    return found.breaks;
  };
  let value = "";
  let lastBreak = "";
  let breaks = lines();
  let startsBlank = false;
  while (cursor.column === indent && cursor.code() !== 0) {
    const isBlankLine = isBlank(cursor.code());
    const folds = !isLiteral && !startsBlank && !isBlankLine && lastBreak === "\n";
    if (!folds) value += lastBreak;
    else if (breaks === "") value += " ";
    value += breaks;
    startsBlank = isBlankLine;
    const from = cursor.at;
    cursor.skipComment();
    value += cursor.text.slice(from, cursor.at);
    lastBreak = cursor.code() === 0 ? "" : cursor.lineBreak();
    breaks = lines();
  }
  if (chomping !== "strip") value += lastBreak;
  if (chomping === "keep") value += breaks;
  return scalarToken(start, end, value, "block");
}

/** What stands behind the indicator, to the end of its line; an increment of 0 is none. */
function header(cursor: Cursor): { chomping: Chomping; increment: number } {
  let chomping: Chomping = "clip";
  let increment = 0;
  const sign = () => {
    if (cursor.code() !== PLUS && cursor.code() !== DASH) return false;
    chomping = cursor.code() === PLUS ? "keep" : "strip";
    cursor.at++;
    return true;
  };
  const digit = () => {
    if (!isDigit(cursor.code())) return;
    if (cursor.code() === ZERO) throw new YamlError("found an indentation indicator equal to 0", cursor.at);
    increment = cursor.code() - ZERO;
    cursor.at++;
  };
  if (sign()) digit();
  else {
    digit();
    if (increment > 0) sign();
  }
  cursor.skipBlanks();
  if (cursor.code() === HASH) cursor.skipComment();
  if (!isBreakOrEnd(cursor.code()))
    throw new YamlError("did not find expected comment or line break", cursor.at);
  if (isBreak(cursor.code())) cursor.lineBreak();
  return { chomping, increment };
}

/** Skips the indentation and the empty lines before a line; finds the indentation out if it is not known (0). */
function emptyLines(
  cursor: Cursor,
  indent: number,
  parentIndent: number,
): { breaks: string; indent: number; end: number } {
  let breaks = "";
  let deepest = 0;
  let end = cursor.at;
  for (;;) {
    const isShort = () => indent === 0 || cursor.column < indent;
    while (isShort() && cursor.code() === SPACE) cursor.at++;
    deepest = Math.max(deepest, cursor.column);
    if (isShort() && cursor.code() === TAB)
      throw new YamlError("found a tab character where an indentation space is expected", cursor.at);
    if (!isBreak(cursor.code())) break;
    breaks += cursor.lineBreak();
    end = cursor.at;
  }
  return { breaks, indent: indent || Math.max(deepest, parentIndent + 1, 1), end };
}
