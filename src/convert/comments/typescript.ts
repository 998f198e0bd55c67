/** The line comments of a TypeScript policy file that are above a document, or above or after a sentence. */
import type { Policy } from "../../ir/policy.js";
import type { SourceFile } from "../../source/source_file.js";
import type { Range } from "../../parser/yaml/node.js";
import { rightAbove } from "./written.js";
import type { WrittenComment } from "./written.js";
import type { CommentsOfPolicy } from "./yaml.js";

export class TypeScriptComments {
  readonly all: readonly WrittenComment[];

  constructor(private readonly source: SourceFile) {
    this.all = commentsIn(source.text);
  }

  of({ kind, span, rules }: Policy): CommentsOfPolicy {
    const found = new Map<number | undefined, readonly WrittenComment[]>();
    const document = kind === "NetworkPolicy" ? this.documentOf(span.start) : span.start;
    if (document !== undefined) found.set(undefined, rightAbove(this.all, this.source, document));
    for (const rule of rules)
      if (rule.span.file === this.source.path) found.set(rule.span.start, this.ofSentence(rule.span));
    return found;
  }

  /** A NetworkPolicy has the place of the pods that it isolates, inside the call. */
  private documentOf(start: number): number | undefined {
    const calls = [...this.source.text.slice(0, start).matchAll(/\bpolicy\s*\(/g)];
    return calls.at(-1)?.index;
  }

  private ofSentence({ start, end }: Range): readonly WrittenComment[] {
    const { text } = this.source;
    const behind = this.all.find(
      (comment) =>
        !comment.ownLine && comment.start >= end && /^[,;)\]} \t]*$/.test(text.slice(end, comment.start)),
    );
    return [...rightAbove(this.all, this.source, start), ...(behind ? [behind] : [])];
  }
}

/** `//` outside of strings and of other comments. */
function commentsIn(text: string): readonly WrittenComment[] {
  const comments: WrittenComment[] = [];
  const token = /"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'|`(?:\\[^]|[^`\\])*`|\/\*[^]*?\*\/|\/\/[^\r\n]*/g;
  for (const { 0: found, index: start } of text.matchAll(token)) {
    if (!found.startsWith("//")) continue;
    const before = text.slice(text.lastIndexOf("\n", start - 1) + 1, start);
    comments.push({
      text: found.slice(2).trim(),
      start,
      end: start + found.length,
      ownLine: before.trim() === "",
    });
  }
  return comments;
}
