import { nearestName } from "../../source/nearest_name.js";
import type { Diagnostic } from "../../source/diagnostic.js";
import type { SourceFile, SourceMap } from "../../source/source_file.js";
import type { Span } from "../../source/span.js";
import type { Rule } from "../rule.js";
import type { Suppression } from "./comments.js";
import { suppressionsOf } from "./comments.js";

export interface SuppressOptions {
  readonly rules: readonly Rule[];
  /** Did the rule run on the file? If not, a comment for it is not unused. */
  readonly ran: (rule: string, file: string) => boolean;
}

/** Removes the findings that comments suppress, and adds findings about faulty comments. */
export function applySuppressions(
  diagnostics: readonly Diagnostic[],
  sources: SourceMap,
  { rules, ran }: SuppressOptions,
): readonly Diagnostic[] {
  const names = new Set(rules.map(({ name }) => name));
  const checked = new Map<string, FileSuppressions>();
  for (const source of sources.all()) {
    const suppressions = suppressionsOf(source);
    if (suppressions.length > 0) checked.set(source.path, new FileSuppressions(source, suppressions, names));
  }
  if (checked.size === 0) return diagnostics;
  const kept = diagnostics.filter((each) => !checked.get(each.span.file)?.suppresses(each));
  return [...kept, ...[...checked.values()].flatMap((file) => file.findings(ran))];
}

class FileSuppressions {
  private readonly used = new Set<string>();
  private readonly valid: readonly Suppression[];
  private readonly invalid: readonly Diagnostic[];

  constructor(
    private readonly source: SourceFile,
    suppressions: readonly Suppression[],
    private readonly names: ReadonlySet<string>,
  ) {
    this.invalid = suppressions.flatMap((each) => this.faultsOf(each));
    this.valid = suppressions.filter(({ reason, rules }) => reason !== "" && rules.length > 0);
  }

  /** Only rules can be suppressed: whatever else the Kubernetes API rejects stays an error. */
  suppresses({ rule, span }: Diagnostic): boolean {
    if (!this.names.has(rule)) return false;
    const { line } = this.source.position(span.start);
    const found = this.valid.filter(
      (each) => each.rules.includes(rule) && (each.line === undefined || each.line === line),
    );
    for (const each of found) this.used.add(idOf(rule, each));
    return found.length > 0;
  }

  findings(ran: SuppressOptions["ran"]): readonly Diagnostic[] {
    const unused = this.valid.flatMap((each) => {
      const known = each.rules.filter((rule) => this.names.has(rule));
      const idle = known.filter((rule) => !this.used.has(idOf(rule, each)) && ran(rule, this.source.path));
      return idle.map((rule) => this.unused(rule, each));
    });
    return [...this.invalid, ...unused];
  }

  private unused(rule: string, { span, rules, line }: Suppression): Diagnostic {
    const where = line === undefined ? "this file" : `line ${line}`;
    return {
      rule: "unused-suppression",
      severity: "warning",
      message: `${rule} reports nothing in ${where}`,
      span,
      help: "remove the comment",
      ...(rules.length === 1 && {
        fix: {
          message: "remove the comment",
          edits: [{ span: wholeLine(this.source, span), text: "" }],
          safe: true,
        },
      }),
    };
  }

  private faultsOf({ rules, reason, span }: Suppression): readonly Diagnostic[] {
    const fault = (message: string, help: string): Diagnostic => {
      return { rule: "invalid-suppression", severity: "error", message, span, help };
    };
    if (rules.length === 0)
      return [fault("no rule is named", "write the rule's name before the reason: RULE -- REASON")];
    if (reason === "")
      return [
        fault("the reason is missing, so nothing is suppressed", "write it at the end: RULE -- REASON"),
      ];
    return rules
      .filter((rule) => !this.names.has(rule))
      .map((rule) => {
        const nearest = nearestName(rule, [...this.names]);
        return fault(
          `unknown rule ${rule}`,
          nearest === undefined ? "polc rules lists the rules" : `write ${nearest}`,
        );
      });
  }
}

function idOf(rule: string, { span }: Suppression): string {
  return `${span.start} ${rule}`;
}

/** The lines of a span, including the last line break. */
function wholeLine(source: SourceFile, { file, start, end }: Span): Span {
  const { column } = source.position(start);
  const rest = /^[^\r\n]*(?:\r\n|\r|\n)?/.exec(source.text.slice(end))![0];
  return { file, start: start - column + 1, end: end + rest.length };
}
