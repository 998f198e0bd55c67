/** Anchors, aliases, tags and directives. */
import {
  Cursor,
  YamlError,
  isBlank,
  isBlankOrEnd,
  isBreak,
  isBreakOrEnd,
  isDigit,
  isWord,
} from "./cursor.js";
import { token } from "./token.js";
import type { Token } from "./token.js";

const BANG = 0x21;
const HASH = 0x23;
const PERCENT = 0x25;

/** What may stand right behind an anchor or alias. */
const AFTER_NAME = new Set([..."?:,]}%@`"].map((char) => char.charCodeAt(0)));
const URI = new Set([...";/?:@&=+$,.!~*'()[]%"].map((char) => char.charCodeAt(0)));

export function scanAnchor(cursor: Cursor, kind: "anchor" | "alias"): Token {
  const start = cursor.at;
  cursor.at++;
  const name = word(cursor);
  if (name === "" || !(isBlankOrEnd(cursor.code()) || AFTER_NAME.has(cursor.code())))
    throw new YamlError("did not find expected alphabetic or numeric character", cursor.at);
  return token(kind, start, cursor.at, name);
}

/** The token's value is the handle (empty for a whole tag, `!<...>` and `!`), its suffix the rest. */
export function scanTag(cursor: Cursor): Token {
  const start = cursor.at;
  let value = "";
  let suffix: string;
  if (cursor.text.charAt(start + 1) === "<") {
    cursor.at += 2;
    suffix = uri(cursor, "");
    if (cursor.text.charAt(cursor.at) !== ">")
      throw new YamlError("did not find the expected '>'", cursor.at);
    cursor.at++;
  } else {
    const handle = tagHandle(cursor);
    if (handle.length > 1 && handle.endsWith("!")) {
      value = handle;
      suffix = uri(cursor, "");
    } else {
      suffix = uri(cursor, handle);
      value = "!";
      if (suffix === "") [value, suffix] = ["", "!"];
    }
  }
  if (!isBlankOrEnd(cursor.code()))
    throw new YamlError("did not find expected whitespace or line break", cursor.at);
  return token("tag", start, cursor.at, value, suffix);
}

export function scanDirective(cursor: Cursor): Token {
  const start = cursor.at;
  cursor.at++;
  const name = word(cursor);
  if (name === "") throw new YamlError("could not find expected directive name", start);
  if (!isBlankOrEnd(cursor.code()))
    throw new YamlError("found unexpected non-alphabetical character", cursor.at);
  if (name !== "YAML" && name !== "TAG") throw new YamlError("found unknown directive name", start);
  cursor.skipBlanks();
  const [value, suffix] = name === "YAML" ? [version(cursor), ""] : tagDirective(cursor);
  const end = cursor.at;
  cursor.skipBlanks();
  if (cursor.code() === HASH) cursor.skipComment();
  if (!isBreakOrEnd(cursor.code()))
    throw new YamlError("did not find expected comment or line break", cursor.at);
  if (isBreak(cursor.code())) cursor.lineBreak();
  return token(name === "YAML" ? "version-directive" : "tag-directive", start, end, value, suffix);
}

function word(cursor: Cursor): string {
  const from = cursor.at;
  while (isWord(cursor.code())) cursor.at++;
  return cursor.text.slice(from, cursor.at);
}

function version(cursor: Cursor): string {
  const major = versionNumber(cursor);
  if (cursor.text.charAt(cursor.at) !== ".")
    throw new YamlError("did not find expected digit or '.' character", cursor.at);
  cursor.at++;
  return `${major}.${versionNumber(cursor)}`;
}

function versionNumber(cursor: Cursor): number {
  const from = cursor.at;
  while (isDigit(cursor.code())) cursor.at++;
  const digits = cursor.text.slice(from, cursor.at);
  if (digits === "") throw new YamlError("did not find expected version number", from);
  if (digits.length > 2) throw new YamlError("found extremely long version number", from);
  return Number(digits);
}

function tagDirective(cursor: Cursor): [handle: string, prefix: string] {
  const handle = tagHandle(cursor);
  if (handle !== "!" && !handle.endsWith("!")) throw new YamlError("did not find expected '!'", cursor.at);
  if (!isBlank(cursor.code())) throw new YamlError("did not find expected whitespace", cursor.at);
  cursor.skipBlanks();
  const prefix = uri(cursor, "");
  if (!isBlankOrEnd(cursor.code()))
    throw new YamlError("did not find expected whitespace or line break", cursor.at);
  return [handle, prefix];
}

function tagHandle(cursor: Cursor): string {
  const from = cursor.at;
  if (cursor.code() !== BANG) throw new YamlError("did not find expected '!'", cursor.at);
  cursor.at++;
  word(cursor);
  if (cursor.code() === BANG) cursor.at++;
  return cursor.text.slice(from, cursor.at);
}

/** @param handle what was read of the tag so far; its text behind the `!` belongs to the URI */
function uri(cursor: Cursor, handle: string): string {
  let found = handle.slice(1);
  const from = cursor.at;
  while (isWord(cursor.code()) || URI.has(cursor.code()))
    found += cursor.code() === PERCENT ? octets(cursor) : cursor.text.charAt(cursor.at++);
  if (handle === "" && cursor.at === from) throw new YamlError("did not find expected tag URI", cursor.at);
  return found;
}

/** Escaped octets of UTF-8. */
function octets(cursor: Cursor): string {
  const match = /^(?:%[0-9a-fA-F]{2})+/.exec(cursor.text.slice(cursor.at));
  if (!match) throw new YamlError("did not find URI escaped octet", cursor.at);
  try {
    const decoded = decodeURIComponent(match[0]);
    cursor.at += match[0].length;
    return decoded;
  } catch {
    throw new YamlError("found an incorrect UTF-8 octet", cursor.at);
  }
}
