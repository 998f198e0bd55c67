/** From the events of js-yaml to trees with an offset for every key and value. */
import { EVENT_ID, SCALAR_STYLE, COLLECTION_STYLE, getScalarValue } from "js-yaml";
import type { AliasEvent, Event, MappingEvent, ScalarEvent, SequenceEvent } from "js-yaml";
import { quoted } from "../quoted.js";
import { LIMITS } from "./limits.js";
import { buildMapping } from "./mapping.js";
import type { Pair } from "./mapping.js";
import type { Node, Range, ScalarNode } from "./node.js";
import { plainScalar } from "./plain_scalar.js";
import type { Problem } from "./problem.js";
import { collectionTag, taggedScalar } from "./tag.js";

export interface DocumentTree {
  readonly root: Node;
  /** Nodes with an error of their own: whatever contains them is not what its author wrote. */
  readonly broken: ReadonlySet<Node>;
  /** What is wrong with its text; among those that reading all documents returns. */
  readonly problems: readonly Problem[];
}

/** Takes each document when it is complete; the tree may be dropped after. */
export type DocumentVisitor = (document: DocumentTree) => void;

interface Frame {
  readonly event: MappingEvent | SequenceEvent;
  readonly children: Node[];
  /** Where a child without text of its own would stand: after what was read last. */
  last: number;
  readonly anchor: string | undefined;
}

/** Composes the documents of one parse, whose events have offsets from the start of `range`. */
export class Composer {
  private readonly input: string;
  private readonly base: number;
  private frames: Frame[] = [];
  private anchors = new Map<string, Node | undefined>();
  private broken = new Set<Node>();
  private expanded = 0;
  private firstProblem = 0;
  private root: Node | undefined;

  constructor(
    private readonly text: string,
    private readonly range: Range,
    private readonly visit: DocumentVisitor,
    private readonly problems: Problem[],
  ) {
    this.input = range.start === 0 && range.end === text.length ? text : text.slice(range.start, range.end);
    this.base = range.start;
  }

  run(events: readonly Event[]): void {
    for (const event of events) {
      switch (event.type) {
        case EVENT_ID.DOCUMENT:
          this.anchors = new Map();
          this.broken = new Set();
          this.expanded = 0;
          this.firstProblem = this.problems.length;
          this.root = undefined;
          break;
        case EVENT_ID.MAPPING:
        case EVENT_ID.SEQUENCE:
          this.open(event);
          break;
        case EVENT_ID.SCALAR:
          this.scalar(event);
          break;
        case EVENT_ID.ALIAS:
          this.alias(event);
          break;
        case EVENT_ID.POP:
          if (this.frames.length > 0) this.close();
          else if (this.root) {
            const problems = this.problems.slice(this.firstProblem);
            this.visit({ root: this.root, broken: this.broken, problems });
          }
          break;
      }
    }
  }

  private open(event: MappingEvent | SequenceEvent): void {
    const anchor = this.anchorOf(event);
    if (anchor !== undefined) this.anchors.set(anchor, undefined);
    const last = Math.max(event.start, event.anchorEnd, event.tagEnd) + this.base;
    this.frames.push({
      event,
      children: [],
      last: event.style === COLLECTION_STYLE.FLOW ? last + 1 : last,
      anchor,
    });
  }

  private close(): void {
    const { event, children, last, anchor } = this.frames.pop()!;
    const start = event.start + this.base;
    const flow = event.style === COLLECTION_STYLE.FLOW;
    const end = flow ? this.closer(last) : Math.max(start, last);
    const tag = this.tagOf(event);
    const node: Node =
      event.type === EVENT_ID.SEQUENCE
        ? { type: "sequence", start, end, items: children, size: sizeOf(children) }
        : buildMapping({ start, end }, pairsOf(children), this);
    const problem = tag && collectionTag(tag.text, node.type as "sequence" | "mapping", tag.range);
    if (problem) this.report(problem, node);
    if (anchor !== undefined) this.anchors.set(anchor, node);
    this.add(node, end);
  }

  private scalar(event: ScalarEvent): void {
    const { start, end } = this.scalarRange(event);
    const text = getScalarValue(this.input, event);
    const tag = this.tagOf(event);
    const plain = event.style === SCALAR_STYLE.PLAIN && !tag;
    const read = tag && tag.text !== "!" ? taggedScalar(tag.text, tag.range, text) : undefined;
    const meaning = read ?? (plain ? plainScalar(text) : ({ type: "string", value: text } as const));
    const node: ScalarNode =
      "rule" in meaning
        ? { type: "null", value: null, start, end }
        : ({ type: meaning.type, value: meaning.value, start, end } as ScalarNode);
    if ("rule" in meaning) this.report(meaning, node);
    const anchor = this.anchorOf(event);
    if (anchor !== undefined) this.anchors.set(anchor, node);
    this.add(node, Math.max(end, event.anchorEnd + this.base, event.tagEnd + this.base));
  }

  private alias(event: AliasEvent): void {
    const name = this.input.slice(event.anchorStart, event.anchorEnd);
    const range = { start: event.anchorStart - 1 + this.base, end: event.anchorEnd + this.base };
    const target = this.anchors.get(name);
    if (target) {
      const node = this.expand(sizeOf([target]), range) ? target : this.nothing(range);
      this.add(node, range.end);
      return;
    }
    const node = this.nothing(range);
    const inside = this.anchors.has(name);
    this.report(
      {
        rule: "yaml-alias",
        severity: "error",
        message: inside
          ? `the alias ${quoted(name)} is inside its own anchor`
          : `no anchor ${quoted(name)} is above this alias`,
        range,
        help: "an alias repeats a node that was anchored earlier in the same document",
      },
      node,
    );
    this.add(node, range.end);
  }

  /** Counts what an alias or a merge key stands for; false, with one problem a document, when it is too much. */
  expand(size: number, range: Range): boolean {
    const before = this.expanded;
    this.expanded += size;
    if (this.expanded <= LIMITS.aliasNodes) return true;
    if (before <= LIMITS.aliasNodes)
      this.report(
        {
          rule: "alias-limit",
          severity: "error",
          message: `the aliases of this document stand for more than ${LIMITS.aliasNodes} nodes`,
          range,
          help: "write the values out, or split the document",
        },
        undefined,
      );
    return false;
  }

  textAt({ start, end }: Range): string {
    return this.text.slice(start, end);
  }

  report(problem: Problem, node: Node | undefined): void {
    this.problems.push(problem);
    if (node && problem.severity === "error") this.broken.add(node);
  }

  private nothing(range: Range): Node {
    const node: Node = { type: "null", value: null, ...range };
    this.broken.add(node);
    return node;
  }

  private add(node: Node, end: number): void {
    const frame = this.frames.at(-1);
    if (!frame) this.root = node;
    else {
      frame.children.push(node);
      frame.last = Math.max(frame.last, end);
    }
  }

  private scalarRange(event: ScalarEvent): Range {
    if (event.valueStart < 0) {
      const at = Math.max(
        this.frames.at(-1)?.last ?? this.base,
        event.anchorEnd + this.base,
        event.tagEnd + this.base,
      );
      return { start: at, end: at };
    }
    const start = event.valueStart + this.base;
    const end = event.valueEnd + this.base;
    switch (event.style) {
      case SCALAR_STYLE.SINGLE_QUOTED:
      case SCALAR_STYLE.DOUBLE_QUOTED:
        return { start: start - 1, end: end + 1 };
      case SCALAR_STYLE.LITERAL_BLOCK:
      case SCALAR_STYLE.FOLDED_BLOCK:
        return trimmed(this.text, start, end);
      default:
        return { start, end };
    }
  }

  /** The end of a flow collection: only spaces, commas, colons and comments can stand before its bracket. */
  private closer(from: number): number {
    let at = from;
    while (at < this.range.end) {
      const char = this.text[at]!;
      if (char === "]" || char === "}") return at + 1;
      if (char === "#") while (at < this.range.end && this.text[at] !== "\n" && this.text[at] !== "\r") at++;
      else at++;
    }
    return this.range.end;
  }

  private anchorOf(event: MappingEvent | SequenceEvent | ScalarEvent): string | undefined {
    return event.anchorStart < 0 ? undefined : this.input.slice(event.anchorStart, event.anchorEnd);
  }

  private tagOf(
    event: MappingEvent | SequenceEvent | ScalarEvent,
  ): { text: string; range: Range } | undefined {
    if (event.tagStart < 0) return undefined;
    const text = this.input.slice(event.tagStart, event.tagEnd);
    return { text, range: { start: event.tagStart + this.base, end: event.tagEnd + this.base } };
  }
}

function pairsOf(children: readonly Node[]): Pair[] {
  const pairs: Pair[] = [];
  for (let i = 0; i + 1 < children.length; i += 2) pairs.push({ key: children[i]!, value: children[i + 1]! });
  return pairs;
}

function sizeOf(nodes: readonly Node[]): number {
  let size = 1;
  for (const node of nodes) size += node.type === "sequence" || node.type === "mapping" ? node.size : 1;
  return size;
}

function trimmed(text: string, start: number, end: number): Range {
  let from = start;
  let to = end;
  while (to > from && /\s/.test(text[to - 1]!)) to--;
  while (from < to && /\s/.test(text[from]!)) from++;
  return { start: from, end: to };
}
