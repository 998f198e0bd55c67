import { LIMITS } from "./limits.js";
import type { Range } from "./node.js";
import type { Problem } from "./problem.js";
import { TOO_DEEP, YamlError } from "./scan/cursor.js";

/**
 * The one problem that an exception while reading stands for, in the terms of the whole text.
 * @param document the range of the text that was read when `error` was thrown
 */
export function syntaxError(error: unknown, text: string, document: Range): Problem {
  if (!(error instanceof YamlError)) throw error;
  const at = Math.min(document.start + error.at, document.end);
  const range = tokenAt(text, at);
  if (error.reason === TOO_DEEP) return nesting(range);
  if (text[at] === "\t") return tabs(text, { start: at, end: at + 1 });
  return {
    rule: "yaml-syntax",
    severity: "error",
    message: `YAML syntax: ${error.reason}`,
    range,
    help: helpFor(error.reason),
  };
}

function tabs(text: string, range: Range): Problem {
  let start = range.start;
  while (text[start - 1] === " " || text[start - 1] === "\t") start--;
  const indents = start === 0 || text[start - 1] === "\n" || text[start - 1] === "\r";
  return {
    rule: "yaml-tabs",
    severity: "error",
    message: indents
      ? "a tab indents this line; YAML allows only spaces"
      : "a tab is not allowed here; YAML allows only spaces",
    range,
    help: "replace the tab with spaces",
  };
}

function nesting(range: Range): Problem {
  return {
    rule: "nesting-limit",
    severity: "error",
    message: `collections are nested more than ${LIMITS.depth} deep`,
    range,
    help: "flatten it: no Kubernetes object nests this deep",
  };
}

const HELP: readonly (readonly [RegExp, string])[] = [
  [/block sequence|'-' indicator/, "align every `-` of a list in one column"],
  [
    /mapping (?:values|keys)|expected key|expected ':'/,
    "align the keys of a mapping in one column, and quote text that holds `: ` or starts with a symbol",
  ],
  [/end of stream/, "close the quote"],
  [/',' or/, "separate the entries with commas, and close the bracket"],
  [/escape|hexadecimal/, "write `\\\\` for a backslash, or use single quotes"],
  [/node content/, "write a value here, or close the bracket opened above"],
  [/start any token/, "quote the text"],
  [/document start|directive|YAML document/, "remove the lines that start with `%`: kubectl rejects them"],
  [/[Tt]ag|expected '[!>]'/, "remove the tag"],
  [/control characters/, "remove the character"],
];

function helpFor(reason: string): string {
  for (const [pattern, help] of HELP) if (pattern.test(reason)) return help;
  return "correct the YAML here, or on the line above";
}

/** The word at an offset, so that a frame underlines something; empty only at the end of a line or of the text. */
function tokenAt(text: string, at: number): Range {
  let end = at;
  while (end < text.length && end - at < 80 && !/\s/.test(text[end]!)) end++;
  return { start: at, end };
}
