import type { Policy } from "../../ir/policy.js";
import type { Diagnostic } from "../../source/diagnostic.js";
import type { Span } from "../../source/span.js";
import type { SourceFile, SourceMap } from "../../source/source_file.js";
import { TypeScriptComments } from "./typescript.js";
import { isDirective, linesOf, saysSomething } from "./written.js";
import type { WrittenComment } from "./written.js";
import { YamlComments } from "./yaml.js";
import type { CommentsOfPolicy } from "./yaml.js";

/** The comments that conversions keep, each once, and those that they drop. */
export class KeptComments {
  private readonly files = new Map<string, YamlComments | TypeScriptComments>();
  /** By the place of a policy. */
  private readonly ofPolicies = new Map<string, readonly WrittenComment[]>();
  /** By the place of a rule. */
  private readonly ofRules = new Map<string, readonly WrittenComment[]>();
  private readonly said = new Set<WrittenComment>();

  constructor(
    private readonly sources: SourceMap,
    policies: readonly Policy[],
  ) {
    for (const policy of policies) {
      const { span } = policy;
      const comments = this.find(policy);
      this.ofPolicies.set(placeOf(span), [...comments.values()].flat());
      for (const [start, list] of comments)
        if (start !== undefined) this.ofRules.set(placeOf({ ...span, start }), list);
    }
  }

  /** The comments of a rule that were not used yet. */
  ofRule(span: Span): readonly string[] {
    return this.say(this.ofRules.get(placeOf(span)) ?? []);
  }

  /** All other comments of the policy: those of no rule, and those of rules that were not requested. */
  ofPolicy({ span }: Pick<Policy, "span">): readonly string[] {
    return this.say(this.ofPolicies.get(placeOf(span)) ?? []);
  }

  /** Dropped comments of the policies' files: those that tools obey, and in TypeScript those that are elsewhere. */
  lost(): readonly Diagnostic[] {
    return [...this.files].flatMap(([file, comments]) => {
      const ofFile =
        comments instanceof TypeScriptComments
          ? comments.all.filter((each) => saysSomething(each) && !isDirective(each) && !this.said.has(each))
          : this.directivesOf(file);
      return ofFile.map((comment): Diagnostic => {
        const { start, end } = comment;
        return {
          rule: "comment-lost",
          severity: "warning",
          message: isDirective(comment)
            ? "dropped this comment: a tool would obey it in the other file too"
            : "dropped this comment: it is neither above a document nor at a sentence",
          span: { file, start, end },
        };
      });
    });
  }

  private directivesOf(file: string): readonly WrittenComment[] {
    const own = [...this.ofPolicies].filter(([place]) => place.endsWith(` ${file}`));
    return [...new Set(own.flatMap(([, comments]) => comments))].filter(isDirective);
  }

  private say(comments: readonly WrittenComment[]): readonly string[] {
    const fresh = comments.filter((each) => !this.said.has(each));
    for (const each of fresh) this.said.add(each);
    return linesOf(fresh);
  }

  private find(policy: Policy): CommentsOfPolicy {
    const source = this.sources.get(policy.span.file);
    return source ? this.commentsOf(source).of(policy) : new Map();
  }

  private commentsOf(source: SourceFile): YamlComments | TypeScriptComments {
    let comments = this.files.get(source.path);
    if (!comments) {
      comments = source.path.endsWith(".ts") ? new TypeScriptComments(source) : new YamlComments(source);
      this.files.set(source.path, comments);
    }
    return comments;
  }
}

function placeOf({ file, start }: Pick<Span, "file" | "start">): string {
  return `${start} ${file}`;
}
