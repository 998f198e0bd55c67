import { YAMLException } from "js-yaml";
import { LIMITS } from "./limits.js";
import type { Range } from "./node.js";
import type { Problem } from "./problem.js";

/**
 * The one problem that a parser exception stands for, in the terms of the whole text.
 * @param document the range of the text that was parsed when `error` was thrown
 */
export function syntaxError(error: unknown, text: string, document: Range): Problem {
  if (error instanceof RangeError) return nesting({ start: document.start, end: document.start });
  if (!(error instanceof YAMLException)) throw error;
  const at = Math.min(document.start + (error.mark?.position ?? 0), document.end);
  const tab = tabBefore(text, at);
  if (tab && /indentation/.test(error.reason)) return tabs(tab);
  const range = tokenAt(text, at);
  if (error.reason.startsWith("nesting exceeded")) return nesting(range);
  const control = /non-printable|null byte|valid JSON character/.test(error.reason);
  return {
    rule: "yaml-syntax",
    severity: "error",
    message: `YAML syntax: ${control ? "a control character is not allowed in YAML" : error.reason}`,
    range,
    help: helpFor(error.reason),
  };
}

function tabs(range: Range): Problem {
  return {
    rule: "yaml-tabs",
    severity: "error",
    message: "a tab indents this line; YAML allows only spaces",
    range,
    help: "replace the tab by spaces",
  };
}

function nesting(range: Range): Problem {
  return {
    rule: "nesting-limit",
    severity: "error",
    message: `collections are nested more than ${LIMITS.depth} deep`,
    range,
    help: "no Kubernetes object is nested like this; flatten it",
  };
}

const HELP: readonly (readonly [RegExp, string])[] = [
  [/sequence entry/, "align every `-` of a list in one column"],
  [
    /mapping entry/,
    "align the keys of a mapping in one column, and quote text that holds `: ` or starts with a symbol",
  ],
  [/deficient indentation/, "close the bracket or quote opened above, or indent this line deeper"],
  [/unexpected end .*quoted/, "close the quote"],
  [/flow collection/, "separate the entries by commas, and close the bracket"],
  [/escape|hexadecimal/, "write `\\\\` for a backslash, or use single quotes"],
  [
    /document separator/,
    "start the next document with a line `---`, or indent this line under what it belongs to",
  ],
  [/tag/, "remove the tag"],
  [/non-printable|null byte|JSON character/, "remove the character"],
];

function helpFor(reason: string): string {
  for (const [pattern, help] of HELP) if (pattern.test(reason)) return help;
  return "correct the YAML here, or on the line above";
}

/** The tab in the indentation of the line that holds `at`, if it has one. */
function tabBefore(text: string, at: number): Range | undefined {
  let start = at;
  while (start > 0 && text[start - 1] !== "\n" && text[start - 1] !== "\r") start--;
  let tab = start;
  while (text[tab] === " ") tab++;
  return text[tab] === "\t" ? { start: tab, end: tab + 1 } : undefined;
}

/** The word at an offset, so that a frame underlines something; empty only at the end of a line or of the text. */
function tokenAt(text: string, at: number): Range {
  let end = at;
  while (end < text.length && end - at < 80 && !/\s/.test(text[end]!)) end++;
  return { start: at, end };
}
