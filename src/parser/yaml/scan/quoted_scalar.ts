import { Cursor, YamlError, isBlank, isBreak, isBreakOrEnd } from "./cursor.js";
import { FoldedText } from "./folded_text.js";
import { scalarToken } from "./token.js";
import type { Token } from "./token.js";

const QUOTE = 0x27;
const DOUBLE_QUOTE = 0x22;
const BACKSLASH = 0x5c;

const ESCAPES: Readonly<Record<string, string>> = {
  "0": "\0",
  a: "\x07",
  b: "\b",
  t: "\t",
  "\t": "\t",
  n: "\n",
  v: "\v",
  f: "\f",
  r: "\r",
  e: "\x1b",
  " ": " ",
  '"': '"',
  "'": "'",
  "\\": "\\",
  N: "\x85",
  _: "\xa0",
  L: "\u2028",
  P: "\u2029",
};

const HEX_LENGTHS: Readonly<Record<string, number>> = { x: 2, u: 4, U: 8 };

export function scanQuoted(cursor: Cursor): Token {
  const start = cursor.at;
  const quote = cursor.code();
  cursor.at++;
  const value = new FoldedText();
  for (;;) {
    if (cursor.atDocumentMarker()) throw new YamlError("found unexpected document indicator", cursor.at);
    if (cursor.code() === 0) throw new YamlError("found unexpected end of stream", cursor.at);
    characters(cursor, quote, value);
    if (cursor.code() === quote) break;
    while (isBlank(cursor.code()) || isBreak(cursor.code())) {
      if (isBreak(cursor.code())) value.lineBreak(cursor.lineBreak());
      else cursor.at++;
    }
  }
  value.flush();
  cursor.at++;
  return scalarToken(start, cursor.at, value.text, "quoted");
}

/** Reads to the end of the line, the closing quote or the end of the text. */
function characters(cursor: Cursor, quote: number, value: FoldedText): void {
  for (;;) {
    const from = cursor.at;
    let code = cursor.code();
    while (!isBreakOrEnd(code) && code !== quote && !(code === BACKSLASH && quote === DOUBLE_QUOTE)) {
      cursor.at++;
      code = cursor.code();
    }
    let end = cursor.at;
    if (isBreak(code)) while (end > from && isBlank(cursor.text.charCodeAt(end - 1))) end--;
    if (end > from) value.add(cursor.text.slice(from, end));
    if (code === quote && quote === QUOTE && cursor.code(1) === QUOTE) {
      value.add("'");
      cursor.at += 2;
    } else if (code === BACKSLASH && quote === DOUBLE_QUOTE) {
      if (isBreak(cursor.code(1))) {
        cursor.at++;
        cursor.lineBreak();
        value.joinLines();
        return;
      }
      value.add(escape(cursor));
    } else return;
  }
}

function escape(cursor: Cursor): string {
  const at = cursor.at;
  const name = cursor.text.charAt(at + 1);
  if (Object.hasOwn(ESCAPES, name)) {
    cursor.at += 2;
    return ESCAPES[name]!;
  }
  const length = Object.hasOwn(HEX_LENGTHS, name) ? HEX_LENGTHS[name]! : 0;
  if (length === 0) throw new YamlError("found unknown escape character", at);
  const digits = cursor.text.slice(at + 2, at + 2 + length);
  if (digits.length < length || !/^[0-9a-fA-F]+$/.test(digits))
    throw new YamlError("did not find expected hexadecimal number", at);
  const value = Number.parseInt(digits, 16);
  if ((value >= 0xd800 && value <= 0xdfff) || value > 0x10ffff)
    throw new YamlError("found invalid Unicode character escape code", at);
  cursor.at += 2 + length;
  return String.fromCodePoint(value);
}
