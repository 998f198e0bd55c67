/** A YAML stream, document by document. */
import { parseEvents, YAMLException } from "js-yaml";
import type { Event } from "js-yaml";
import { Composer } from "./compose.js";
import type { DocumentVisitor } from "./compose.js";
import { joinFlowLines } from "./flow_lines.js";
import { LIMITS } from "./limits.js";
import type { Range } from "./node.js";
import type { Problem } from "./problem.js";
import { splitDocuments, splitJson } from "./split_documents.js";
import { syntaxError } from "./syntax_error.js";

/** Broken documents of one file after which the rest of it is not read: by then it is no YAML, or hostile. */
const MAX_BROKEN_DOCUMENTS = 1000;

/**
 * Reads every document of a YAML stream (JSON is YAML), in order. Never throws for input; a document with a syntax error
 * is left out.
 * @returns what is wrong with the text
 */
export function readDocuments(text: string, visit: DocumentVisitor): readonly Problem[] {
  const problems: Problem[] = [];
  const compose = (range: Range, joining = false) => {
    const events = joining ? parseJoining(text, range) : parse(text, range);
    if (events instanceof Error) return events;
    new Composer(text, range, visit, problems).run(events);
    return undefined;
  };
  let broken = 0;
  for (const batch of batches(splitDocuments(text))) {
    const span = { start: batch[0]!.start, end: batch.at(-1)!.end };
    if (!compose(span)) continue;
    for (const document of batch.flatMap((each) => splitJson(text, each) ?? [each])) {
      const error = compose(document, true);
      if (!error) continue;
      problems.push(syntaxError(error, text, document));
      if (++broken === MAX_BROKEN_DOCUMENTS) return problems;
    }
  }
  return problems;
}

/**
 * Documents are parsed several at a time, since each call of the parser has its cost, but not all at once, so that their
 * events do not all live together. Only a batch with an error is parsed again, document by document.
 */
function* batches(documents: readonly Range[]): Generator<Range[]> {
  let batch: Range[] = [];
  for (const document of documents) {
    batch.push(document);
    if (document.end - batch[0]!.start < BATCH_LENGTH) continue;
    yield batch;
    batch = [];
  }
  if (batch.length > 0) yield batch;
}

const BATCH_LENGTH = 8 * 1024;

function parse(text: string, { start, end }: Range): Event[] | Error {
  try {
    return parseEvents(start === 0 && end === text.length ? text : text.slice(start, end), {
      maxDepth: LIMITS.depth,
    });
  } catch (error) {
    if (error instanceof Error) return error;
    throw error;
  }
}

/** As `parse`, where lines of a flow collection may be indented as they like. */
function parseJoining(text: string, range: Range): Event[] | Error {
  const events = parse(text, range);
  if (!(events instanceof YAMLException) || events.reason !== "deficient indentation") return events;
  const joined = joinFlowLines(text.slice(range.start, range.end));
  const again = parse(joined, { start: 0, end: joined.length });
  // What is wrong beyond that is said of the text as it is written.
  return again instanceof Error ? events : again;
}
