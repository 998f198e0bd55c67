/** The text of one object's document with its name and namespace cut out: documents that differ in nothing else are read once. */
import type { Range } from "../yaml/node.js";
import { plainScalar } from "../yaml/plain_scalar.js";

export interface DocumentForm extends Range {
  /** All that the document's objects depend on, besides these two. */
  readonly text: string;
  readonly name: string;
  readonly nameRange: Range;
  /** Undefined if no line of `metadata` says it. */
  readonly namespace: string | undefined;
  readonly namespaceRange: Range | undefined;
}

const METADATA = "metadata:";
const NAME = "  name: ";
const NAMESPACE = "  namespace: ";

/** As every name that the API takes, and shorter than any limit of it. */
const PLAIN_NAME = /^[a-z](?:[-a-z0-9]{0,61}[a-z0-9])?$/;

/** Undefined if the document is written otherwise than almost all are. */
export function formOf(text: string, { start, end }: Range): DocumentForm | undefined {
  // Not to the end of the file, which may have many documents.
  const own = text.slice(start, end);
  const metadata = own.startsWith(METADATA) ? 0 : own.indexOf(`\n${METADATA}`) + 1;
  let at = start + own.indexOf("\n", metadata) + 1;
  let nameRange: Range | undefined;
  let namespaceRange: Range | undefined;
  while (at < end && text.startsWith("  ", at)) {
    const lf = text.indexOf("\n", at);
    const next = lf < 0 || lf >= end ? end : lf + 1;
    const line = lineEnd(text, next);
    if (!nameRange && text.startsWith(NAME, at)) nameRange = { start: at + NAME.length, end: line };
    else if (!namespaceRange && text.startsWith(NAMESPACE, at))
      namespaceRange = { start: at + NAMESPACE.length, end: line };
    at = next;
  }
  if (!nameRange) return undefined;
  const name = text.slice(nameRange.start, nameRange.end);
  const namespace = namespaceRange && text.slice(namespaceRange.start, namespaceRange.end);
  // A peer that names the namespace `default` means something else in that one.
  if (!isPlainName(name) || (namespace !== undefined && (!isPlainName(namespace) || namespace === "default")))
    return undefined;
  return {
    text: without(text, { start, end }, nameRange, namespaceRange),
    start,
    end,
    name,
    nameRange,
    namespace,
    namespaceRange,
  };
}

/** Without the line break, LF or CRLF. */
function lineEnd(text: string, next: number): number {
  const end = text[next - 1] === "\n" ? next - 1 : next;
  return text[end - 1] === "\r" ? end - 1 : end;
}

function isPlainName(text: string): boolean {
  return PLAIN_NAME.test(text) && plainScalar(text).type === "string";
}

/** NUL, which no YAML holds, stands for what is cut out; a second one for the namespace. */
function without(text: string, { start, end }: Range, name: Range, namespace: Range | undefined): string {
  if (!namespace) return `${text.slice(start, name.start)}\0${text.slice(name.end, end)}`;
  const [first, second] = name.start < namespace.start ? [name, namespace] : [namespace, name];
  return `${text.slice(start, first.start)}\0${text.slice(first.end, second.start)}\0${text.slice(second.end, end)}`;
}

/** Where what stands at a place of one document stands in another one of the same form. */
export class Placement {
  private readonly first: number;
  private readonly second: number;
  private readonly shifts: readonly [number, number, number];

  constructor(
    readonly file: string,
    from: DocumentForm,
    to: DocumentForm,
  ) {
    const [a, b] = [cutsOf(from), cutsOf(to)];
    this.first = a[0].start;
    this.second = a[1].start;
    this.shifts = [to.start - from.start, b[0].end - a[0].end, b[1].end - a[1].end];
  }

  span({ start, end }: Range): { readonly file: string; readonly start: number; readonly end: number } {
    return { file: this.file, start: this.at(start), end: this.at(end) };
  }

  private at(place: number): number {
    return place + this.shifts[place <= this.first ? 0 : place <= this.second ? 1 : 2];
  }
}

function cutsOf({ nameRange, namespaceRange }: DocumentForm): readonly [Range, Range] {
  if (!namespaceRange) return [nameRange, nameRange];
  return nameRange.start < namespaceRange.start ? [nameRange, namespaceRange] : [namespaceRange, nameRange];
}
