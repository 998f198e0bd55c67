/** A YAML or JSON stream, document by document, as kubectl reads it. */
import { Composer } from "./compose.js";
import { Findings } from "./findings.js";
import type { DocumentTree } from "./findings.js";
import { JsonReader, restAsYaml, startsAsJson } from "./json_text.js";
import type { Node, Range } from "./node.js";
import { readPlainDocument } from "./plain_document.js";
import type { Problem } from "./problem.js";
import { YamlError } from "./scan/cursor.js";
import { splitDocuments } from "./split_documents.js";
import type { DocumentText } from "./split_documents.js";
import { syntaxError } from "./syntax_error.js";

/** Takes each document when it is complete; the tree may be dropped after. */
export type DocumentVisitor = (document: DocumentTree) => void;

/** Broken documents of one file after which the rest of it is not read: by then it is no YAML, or hostile. */
const MAX_BROKEN_DOCUMENTS = 1000;

/** The code of the warning about text behind the end of a document. */
export const UNREAD = "yaml-unread";

/** Characters that no YAML may hold. */
// eslint-disable-next-line no-control-regex
const CONTROL = /[^\t\n\r\x20-\x7e\x85\xa0-\uFFFD]/;

/**
 * Reads every document of a stream, in order. Never throws for input; a document with a syntax error is left out.
 * @param isKnown asked of each document of YAML: one whose contents are known is not read
 * @returns what is wrong with the text
 */
export function readDocuments(
  text: string,
  visit: DocumentVisitor,
  isKnown?: (range: Range) => boolean,
): readonly Problem[] {
  const problems: Problem[] = [];
  const keep = (root: Node | undefined, findings: Findings) => {
    problems.push(...findings.problems);
    if (root) visit({ root, broken: findings.broken, problems: findings.problems });
  };
  // kubectl takes a byte order mark off the file, and its parser one more off each document.
  const start = text.startsWith("\uFEFF") ? 1 : 0;
  const from = startsAsJson(text, start) ? readJson(text, start, keep) : start;
  if (typeof from !== "number") return [...problems, from];
  let broken = 0;
  for (const document of splitDocuments(text, from)) {
    if (!document.behindSeparator && isKnown?.(document)) continue;
    const error = readYaml(text, document, keep);
    if (!error) continue;
    problems.push(error);
    if (++broken === MAX_BROKEN_DOCUMENTS) break;
  }
  return problems;
}

type Keep = (root: Node | undefined, findings: Findings) => void;

/** How far the stream is JSON, or what is wrong with it: after two values it is nothing else. */
function readJson(text: string, start: number, keep: Keep): number | Problem {
  let at = start;
  for (let count = 0; ; count++) {
    const findings = new Findings(text);
    const reader = new JsonReader(text, at, findings);
    try {
      const root = reader.read();
      if (!root) return text.length;
      keep(root, findings);
      at = reader.at;
    } catch (error) {
      const rest = count > 1 ? undefined : restAsYaml(text, at);
      return rest ?? syntaxError(error, text, { start: 0, end: text.length });
    }
  }
}

/** Reads one document; returns its syntax error, if it has one. */
function readYaml(text: string, document: DocumentText, keep: Keep): Problem | undefined {
  if (document.behindSeparator) return refusedSeparator(document.behindSeparator);
  const plain = readPlainDocument(text, document);
  if (plain) {
    keep(plain, new Findings(text));
    return undefined;
  }
  const control = CONTROL.exec(text.slice(document.start, document.end));
  try {
    if (control) throw new YamlError("control characters are not allowed", control.index);
    const findings = new Findings(text);
    const composer = new Composer(text, document, findings);
    const root = composer.document();
    const unread = unreadText(text, composer.unread(), document.end);
    if (unread) findings.report(unread, undefined);
    keep(root, findings);
    return undefined;
  } catch (error) {
    return syntaxError(error, text, document);
  }
}

function refusedSeparator(range: { start: number; end: number }): Problem {
  return {
    rule: "yaml-syntax",
    severity: "error",
    message: "YAML syntax: kubectl accepts only a comment after `---`",
    range,
    help: "write it on the next line",
  };
}

/** The warning about what stands behind the end of a document, if it is more than blanks and comments. */
function unreadText(text: string, from: number | undefined, end: number): Problem | undefined {
  if (from === undefined) return undefined;
  const blank = /\s+|#.*/y;
  let start = from;
  for (blank.lastIndex = start; start < end && blank.test(text); start = blank.lastIndex);
  if (start >= end) return undefined;
  const line = /.*/y;
  line.lastIndex = start;
  return {
    rule: UNREAD,
    severity: "warning",
    message: "kubectl does not read this: the document ends above",
    range: { start, end: start + line.exec(text)![0].trimEnd().length },
    help: "start a document with a line `---`, or indent this to match what it belongs to",
  };
}
