/** The comments of a YAML file, and to which policy and rule they belong. */
import type { Policy } from "../../ir/policy.js";
import { entriesOf, get, itemsOf } from "../../parser/yaml/node.js";
import type { Node, Range } from "../../parser/yaml/node.js";
import { readDocuments } from "../../parser/yaml/read_documents.js";
import type { SourceFile } from "../../source/source_file.js";
import type { WrittenComment } from "./written.js";

/** All of one policy's comments; by the start of their rule, or undefined for those of none. */
export type CommentsOfPolicy = ReadonlyMap<number | undefined, readonly WrittenComment[]>;

export class YamlComments {
  private readonly comments: readonly WrittenComment[];
  private readonly regions: readonly Range[];

  constructor(private readonly source: SourceFile) {
    const roots: Node[] = [];
    readDocuments(source.text, ({ root }) => roots.push(root));
    this.comments = commentsIn(source.text, roots);
    this.regions = regionsOf(source.text, roots);
  }

  /** Comments in the rule or right above it belong to the rule, all others in the object to the policy. */
  of({ span, rules }: Policy): CommentsOfPolicy {
    const region = this.regions.find(({ start, end }) => start <= span.start && span.start < end);
    const found = new Map<number | undefined, WrittenComment[]>();
    if (!region) return found;
    const own = this.comments.filter(({ start }) => region.start <= start && start < region.end);
    const ranges = rules.map((rule) => this.rangeOf(rule.span, own));
    for (const comment of own) {
      const rule = ranges.find(({ from, end }) => from <= comment.start && comment.start < end)?.start;
      const list = found.get(rule);
      if (list) list.push(comment);
      else found.set(rule, [comment]);
    }
    return found;
  }

  /** From the comments right above the rule's first line to the end of its last one. */
  private rangeOf({ start, end }: Range, own: readonly WrittenComment[]): Range & { readonly from: number } {
    const { text } = this.source;
    const above = own.filter((each) => each.ownLine && each.end <= start);
    let from = start;
    for (const each of [...above].reverse()) {
      if (!/^[\s-]*$/.test(text.slice(each.end, from))) break;
      from = each.start;
    }
    return { start, from, end: endOfLine(text, Math.max(end - 1, start)) };
  }
}

/** A `#` at the start of a line or after a space, outside of scalars. */
function commentsIn(text: string, roots: readonly Node[]): readonly WrittenComment[] {
  const texts = roots.flatMap(textsOf).sort((a, b) => a.start - b.start);
  const comments: WrittenComment[] = [];
  let next = 0;
  const mark = /(?<=^|\s)#/gm;
  for (let match = mark.exec(text); match; match = mark.exec(text)) {
    const { index: start } = match;
    while (next < texts.length && texts[next]!.end <= start) next++;
    if (next < texts.length && texts[next]!.start <= start) {
      mark.lastIndex = texts[next]!.end;
      continue;
    }
    const end = endOfLine(text, start);
    const before = text.slice(
      Math.max(text.lastIndexOf("\n", start - 1), text.lastIndexOf("\r", start - 1)) + 1,
      start,
    );
    comments.push({
      text: text.slice(start, end).replace(/^#+/, "").trim(),
      start,
      end,
      ownLine: before.trim() === "",
    });
    mark.lastIndex = end;
  }
  return comments;
}

/** Strings: quoted and block scalars may contain anything. */
function textsOf(root: Node): readonly Range[] {
  const texts: Range[] = [];
  const seen = new Set<Node>();
  const collect = (node: Node) => {
    if (seen.has(node)) return;
    seen.add(node);
    if (node.type === "string") texts.push(node);
    for (const item of itemsOf(node)) collect(item);
    for (const { keyRange, value } of entriesOf(node)) {
      texts.push(keyRange);
      collect(value);
    }
  };
  collect(root);
  return texts;
}

/** Each object from the line that ends the document before it, or the object before it in a list. */
function regionsOf(text: string, roots: readonly Node[]): readonly Range[] {
  const regions: { start: number; end: number }[] = [];
  const starts = roots.map((_, index) => (index === 0 ? 0 : documentEnd(text, roots[index - 1]!.end)));
  for (const [index, root] of roots.entries()) {
    const end = index + 1 < roots.length ? starts[index + 1]! : text.length;
    const list = get(root, "items") ?? get(root, "objects");
    const objects = list?.type === "sequence" && list.items.length > 0 ? list.items : [root];
    let from = starts[index]!;
    for (const [position, object] of objects.entries()) {
      const last = position === objects.length - 1;
      const to = last ? end : endOfLine(text, object.end - 1);
      regions.push({ start: from, end: to });
      from = to;
    }
  }
  return regions;
}

function documentEnd(text: string, from: number): number {
  const found = /^(?:---|\.\.\.)(?:\s|$)/m.exec(text.slice(from));
  return found ? from + found.index : from;
}

function endOfLine(text: string, at: number): number {
  const found = /[\r\n]/.exec(text.slice(at));
  return found ? at + found.index : text.length;
}
