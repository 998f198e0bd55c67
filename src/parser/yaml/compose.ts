/** From tokens to the tree of one document, with an offset for every key and value: the grammar of YAML 1.1. */
import { Anchors } from "./anchors.js";
import { documentStart } from "./document_start.js";
import type { Findings } from "./findings.js";
import { LIMITS } from "./limits.js";
import { buildMapping } from "./mapping.js";
import type { Pair } from "./mapping.js";
import { sizeOf } from "./node.js";
import type { Node, Range } from "./node.js";
import { scalarNode, trimmed } from "./scalar.js";
import { TOO_DEEP, YamlError } from "./scan/cursor.js";
import { Scanner } from "./scan/scanner.js";
import type { Token, TokenKind } from "./scan/token.js";
import { MERGE_TAG, fullTag, ignoredTag } from "./tag.js";

/** What stands before a node. */
interface Properties {
  readonly anchor?: string;
  readonly tag?: string;
  /** Behind them; undefined if there are none. */
  readonly end?: number;
}

const NO_PROPERTIES: Properties = {};

const NO_CONTENT: ReadonlySet<TokenKind> = new Set([
  "version-directive",
  "tag-directive",
  "document-start",
  "document-end",
  "stream-end",
]);

/** What follows a key or a value that is empty. */
const BLOCK_ENDS: ReadonlySet<TokenKind> = new Set(["key", "value", "block-end"]);
const FLOW_MAPPING_ENDS: ReadonlySet<TokenKind> = new Set([",", "}"]);
const FLOW_SEQUENCE_ENDS: ReadonlySet<TokenKind> = new Set([",", "]"]);

/** Composes the first document of a range of the file's text. Throws a `YamlError`, with an offset of the range. */
export class Composer {
  private readonly scanner: Scanner;
  private readonly base: number;
  private readonly anchors: Anchors;
  /** Keys that are `<<`, and values that are written as aliases. */
  private readonly mergeKeys = new Set<Node>();
  private prefixes: ReadonlyMap<string, string> = new Map();
  private depth = 0;
  private wasAlias = false;
  /** Behind what was read last. */
  private last = 0;

  constructor(
    text: string,
    range: Range,
    private readonly findings: Findings,
  ) {
    this.base = range.start;
    this.anchors = new Anchors(findings);
    this.scanner = new Scanner(text.slice(range.start, range.end));
  }

  /** undefined if there is none. What follows it is not read. */
  document(): Node | undefined {
    const { kind } = this.scanner.peek();
    if (kind === "stream-end") return undefined;
    const isExplicit = NO_CONTENT.has(kind) && kind !== "document-end";
    if (isExplicit) this.prefixes = documentStart(this.scanner);
    const next = this.scanner.peek();
    const root = isExplicit && NO_CONTENT.has(next.kind) ? this.empty(next.start) : this.value(true, false);
    this.scanner.peek();
    return root;
  }

  /** Where text begins that is not read, if there is any. */
  unread(): number | undefined {
    const next = this.scanner.peek();
    return next.kind === "stream-end"
      ? undefined
      : (next.kind === "document-end" ? next.end : next.start) + this.base;
  }

  private take(): Token {
    const found = this.scanner.next();
    this.last = found.end + this.base;
    return found;
  }

  private unexpected(reason: string): YamlError {
    return new YamlError(reason, this.scanner.peek().start);
  }

  /** A node that is no key. */
  private value(block: boolean, indentless: boolean): Node {
    const node = this.node(block, indentless);
    this.findings.checkNumber(node);
    return node;
  }

  private node(block: boolean, indentless: boolean): Node {
    this.wasAlias = false;
    if (this.scanner.peek().kind === "alias") return this.alias(this.take());
    if (++this.depth > LIMITS.depth + 1) throw this.unexpected(TOO_DEEP);
    const properties = this.properties();
    const { anchor } = properties;
    if (anchor !== undefined) this.anchors.open(anchor);
    const node = this.content(block, indentless, properties);
    if (anchor !== undefined) this.anchors.set(anchor, node);
    this.depth--;
    this.wasAlias = false;
    return node;
  }

  private content(block: boolean, indentless: boolean, properties: Properties): Node {
    const next = this.scanner.peek();
    switch (next.kind) {
      case "scalar":
        return this.scalar(this.take(), properties);
      case "[":
        return this.flowSequence();
      case "{":
        return this.flowMapping();
      case "-":
        if (indentless) return this.blockSequence(next.start, true);
        break;
      case "block-sequence-start":
        if (block) return this.blockSequence(this.take().start, false);
        break;
      case "block-mapping-start":
        if (block) return this.blockMapping(this.take().start);
        break;
    }
    if (properties.end === undefined) throw this.unexpected("did not find expected node content");
    return this.meaning({ start: properties.end, end: properties.end }, "", true, properties);
  }

  private properties(): Properties {
    let anchor: string | undefined;
    let tag: string | undefined;
    let end: number | undefined;
    for (;;) {
      const { kind } = this.scanner.peek();
      if (kind === "anchor" && anchor === undefined) anchor = this.take().value;
      else if (kind === "tag" && tag === undefined) tag = this.tag(this.take());
      else break;
      end = this.last;
    }
    return end === undefined
      ? NO_PROPERTIES
      : { end, ...(anchor !== undefined && { anchor }), ...(tag !== undefined && { tag }) };
  }

  private tag({ start, end, value, suffix }: Token): string {
    const range = this.range(start, end);
    const tag = fullTag(value, suffix, this.prefixes);
    if (!tag) throw new YamlError("found undefined tag handle", start);
    const ignored = ignoredTag(tag, this.findings.textAt(range), range);
    if (ignored) this.findings.report(ignored, undefined);
    return tag;
  }

  private scalar({ start, end, value, style }: Token, properties: Properties): Node {
    let range = this.range(start, end);
    if (style === "block") {
      range = trimmed(this.findings.text, range);
      this.last = range.end;
    }
    return this.meaning(range, value, style === "plain", properties);
  }

  private meaning(range: Range, text: string, plain: boolean, { tag }: Properties): Node {
    const isMerge = text === "<<" && (tag === undefined ? plain : tag === "!" || tag === MERGE_TAG);
    const node = scalarNode(range, text, plain, tag, this.findings);
    if (isMerge) this.mergeKeys.add(node);
    return node;
  }

  private alias({ start, end, value }: Token): Node {
    this.wasAlias = true;
    return this.anchors.alias(value, this.range(start, end));
  }

  /** @param indentless its dashes stand in the column of the key whose value it is */
  private blockSequence(start: number, indentless: boolean): Node {
    const items: Node[] = [];
    while (this.scanner.peek().kind === "-") {
      const dash = this.take();
      const { kind } = this.scanner.peek();
      const isEmpty = kind === "-" || kind === "block-end" || (indentless && BLOCK_ENDS.has(kind));
      // So that what is said of an empty item is said at its dash.
      items.push(isEmpty ? this.null(this.range(dash.start, dash.end)) : this.value(true, false));
    }
    const { last } = this;
    if (!indentless) {
      if (this.scanner.peek().kind !== "block-end")
        throw this.unexpected("did not find expected '-' indicator");
      this.scanner.next();
    }
    return { type: "sequence", start: start + this.base, end: last, items, size: sizeOf(items) };
  }

  private blockMapping(start: number): Node {
    const pairs: Pair[] = [];
    while (this.scanner.peek().kind !== "block-end") {
      if (this.scanner.peek().kind !== "key" && this.scanner.peek().kind !== "value")
        throw this.unexpected("did not find expected key");
      pairs.push(this.pair(BLOCK_ENDS, true));
    }
    const { last } = this;
    this.scanner.next();
    return buildMapping({ start: start + this.base, end: last }, pairs, this.findings);
  }

  private flowMapping(): Node {
    const { start } = this.take();
    const pairs: Pair[] = [];
    this.flowEntries("}", "did not find expected ',' or '}'", () => {
      if (this.scanner.peek().kind === "key") pairs.push(this.pair(FLOW_MAPPING_ENDS, false));
      else {
        const key = this.node(false, false);
        pairs.push(this.pairOf(key, this.empty(this.scanner.peek().start)));
      }
    });
    return buildMapping(this.range(start, this.last - this.base), pairs, this.findings);
  }

  private flowSequence(): Node {
    const { start } = this.take();
    const items: Node[] = [];
    this.flowEntries("]", "did not find expected ',' or ']'", () => {
      items.push(this.scanner.peek().kind === "key" ? this.flowPair() : this.value(false, false));
    });
    return { type: "sequence", ...this.range(start, this.last - this.base), items, size: sizeOf(items) };
  }

  private flowEntries(closer: "]" | "}", reason: string, entry: () => void): void {
    for (let isFirst = true; this.scanner.peek().kind !== closer; isFirst = false) {
      if (!isFirst) {
        if (this.scanner.peek().kind !== ",") throw this.unexpected(reason);
        this.take();
        if (this.scanner.peek().kind === closer) break;
      }
      entry();
    }
    this.take();
  }

  /** A mapping without braces in brackets. */
  private flowPair(): Node {
    const { start } = this.scanner.peek();
    const pair = this.pair(FLOW_SEQUENCE_ENDS, false);
    return buildMapping({ start: start + this.base, end: this.last }, [pair], this.findings);
  }

  /** A key and its value, each of which may be missing. */
  private pair(ends: ReadonlySet<TokenKind>, block: boolean): Pair {
    const key =
      this.scanner.peek().kind === "key" ? this.key(ends, block) : this.empty(this.scanner.peek().start);
    // A value that is missing has the place behind its key, before the colon.
    const end = this.last;
    if (this.scanner.peek().kind !== "value") return this.pairOf(key, this.null({ start: end, end }));
    this.scanner.next();
    if (ends.has(this.scanner.peek().kind)) return this.pairOf(key, this.null({ start: end, end }));
    return this.pairOf(key, this.value(block, block));
  }

  private key(ends: ReadonlySet<TokenKind>, block: boolean): Node {
    this.take();
    const { kind, start } = this.scanner.peek();
    if (kind !== "value" && !ends.has(kind)) return this.node(block, block);
    // As the API's clients do: what follows is then no pair either.
    if (ends === FLOW_SEQUENCE_ENDS) this.scanner.next();
    return this.empty(start);
  }

  private pairOf(key: Node, value: Node): Pair {
    if (!this.mergeKeys.has(key)) return { key, value };
    return { key, value, merge: this.wasAlias ? "alias" : "value" };
  }

  private null({ start, end }: Range): Node {
    return { type: "null", value: null, start, end };
  }

  private empty(at: number): Node {
    return this.null(this.range(at, at));
  }

  private range(start: number, end: number): Range {
    // A line break that was added to the last line is not in the text.
    const { length } = this.findings.text;
    return { start: Math.min(start + this.base, length), end: Math.min(end + this.base, length) };
  }
}
