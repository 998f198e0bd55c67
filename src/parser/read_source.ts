import { readFileSync, statSync } from "node:fs";
import type { Diagnostic } from "../source/diagnostic.js";
import { SourceFile } from "../source/source_file.js";
import { reasonOf } from "./find_files.js";
import { messageLine } from "./quoted.js";
import { LIMITS } from "./yaml/limits.js";

export interface ReadSource {
  readonly file: SourceFile;
  /** Set if the file cannot be parsed. Its text is then a best effort. */
  readonly diagnostic?: Diagnostic;
}

/** The text of a file on disk, without a byte order mark. */
export function readSource(absolute: string, path: string): ReadSource {
  try {
    const { size } = statSync(absolute);
    if (size > LIMITS.fileBytes) return tooLarge(path, size);
    return decodeSource(readFileSync(absolute), path);
  } catch (error) {
    return unread(path, reasonOf(error));
  }
}

const STRICT = new TextDecoder("utf-8", { fatal: true });

export function decodeSource(bytes: Buffer, path: string): ReadSource {
  if (bytes.length > LIMITS.fileBytes) return tooLarge(path, bytes.length);
  try {
    return { file: new SourceFile(path, STRICT.decode(bytes)) };
  } catch {
    const text = new TextDecoder("utf-8").decode(bytes);
    const file = new SourceFile(path, text);
    // A file with NUL bytes is binary, or UTF-16: the parser says so at the place.
    if (text.includes("\0")) return { file };
    const start = firstReplacement(bytes, text);
    return {
      file,
      diagnostic: {
        rule: "invalid-utf8",
        severity: "error",
        message: "this file is not UTF-8 text",
        span: { file: path, start, end: start + 1 },
        help: "save it as UTF-8",
      },
    };
  }
}

/** A diagnostic for a path that cannot be read, with an empty file. */
export function unread(path: string, reason: string): ReadSource {
  return {
    file: new SourceFile(path, ""),
    diagnostic: {
      rule: "unreadable-file",
      severity: "error",
      message: messageLine(`${path} ${reason}`),
      span: { file: path, start: 0, end: 0 },
      help: "check the path",
    },
  };
}

function tooLarge(path: string, size: number): ReadSource {
  return {
    file: new SourceFile(path, ""),
    diagnostic: {
      rule: "file-too-large",
      severity: "error",
      message: `this file has ${size} bytes, and the limit is ${LIMITS.fileBytes}`,
      span: { file: path, start: 0, end: 0 },
      help: "split it into several files",
    },
  };
}

/** The first replacement character that decoding inserted, not one in the file. */
function firstReplacement(bytes: Buffer, text: string): number {
  let byte = bytes.length >= 3 && bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? 3 : 0;
  let from = 0;
  for (;;) {
    const at = text.indexOf("\uFFFD", from);
    if (at < 0) return Math.max(0, text.length - 1);
    byte += Buffer.byteLength(text.slice(from, at));
    if (!(bytes[byte] === 0xef && bytes[byte + 1] === 0xbf && bytes[byte + 2] === 0xbd)) return at;
    byte += 3;
    from = at + 1;
  }
}
