import ts from "typescript";
import type { Diagnostic } from "../../source/diagnostic.js";
import { printable } from "../../source/printable.js";
import type { Span } from "../../source/span.js";
import type { Evaluation } from "./evaluate.js";
import type { Instrumented } from "./instrument.js";
import { LIMITS } from "./limits.js";
import type { Exported } from "./lower/lower.js";
import { Place, Sites } from "./lower/place.js";
import type { Site } from "./lower/place.js";
import { isRecord } from "./lower/report.js";
import type { PolicyModule } from "./module_graph.js";

/** Says of each evaluated file what went wrong and where. What the sandbox printed is untrusted. */
export class EvaluationReport {
  readonly exported: Exported[] = [];
  private readonly table: Sites;
  private readonly diagnostics = new Map<string, Diagnostic>();
  private readonly made = new Map<
    string,
    { module: PolicyModule; document: Readonly<Record<string, unknown>> }
  >();

  /** @param modules in the order of their numbers in the sandbox */
  constructor(
    private readonly modules: readonly PolicyModule[],
    private readonly instrumented: readonly Instrumented[],
    sites: readonly Site[],
    private readonly timeMs: number,
  ) {
    this.table = new Sites(sites);
  }

  add(root: PolicyModule, evaluation: Evaluation): void {
    switch (evaluation.kind) {
      case "done":
        return this.addDocuments(root, evaluation.sandbox, evaluation.json);
      case "thrown":
        return this.addThrown(root, evaluation.thrown);
      case "time":
        return this.error(
          "time-limit",
          this.where(root, evaluation.thrown),
          `evaluation takes longer than ${this.timeMs} ms`,
        );
      case "memory":
        return this.error(
          "memory-limit",
          this.where(root, evaluation.thrown),
          "evaluation needs more than 64 MiB of memory",
        );
      case "stack":
        return this.error("stack-limit", this.where(root, evaluation.thrown), "the recursion is too deep");
      case "too-long":
        return this.error(
          "result-limit",
          mainLine(root),
          `the file exports more than ${LIMITS.resultLength >> 20} Mi characters of policy`,
        );
      case "pending":
        return this.error("evaluation-error", mainLine(root), "the file awaits something that never happens");
      case "skipped":
        return this.error("time-limit", mainLine(root), "not evaluated: another file used up the time");
      case "broken":
        return this.error("evaluation-error", mainLine(root), `the sandbox ended: ${evaluation.reason}`);
    }
  }

  /** All diagnostics, with those about documents that were made and that no file exports. */
  finish(): Diagnostic[] {
    for (const { module, document } of this.made.values()) {
      const { span } = this.table.of(document, new Place(module.source.path, mainLine(module)));
      const what = typeof document["name"] === "string" ? `"${document["name"]}"` : "this";
      const help = "export it: `export default ...`";
      this.put({
        rule: "not-exported",
        severity: "warning",
        message: printable(`${what} is not exported, so it is not in force`),
        span,
        help,
      });
    }
    return [...this.diagnostics.values()];
  }

  private addDocuments(root: PolicyModule, sandbox: number, json: string): void {
    const { exported, made } = parseRecord(json);
    const documents = Array.isArray(exported) ? exported.filter(isRecord) : [];
    for (const document of Array.isArray(made) ? made.filter(isRecord) : [])
      this.made.set(`${sandbox}/${String(document["id"])}`, { module: root, document });
    for (const document of documents) this.made.delete(`${sandbox}/${String(document["id"])}`);
    if (documents.length === 0)
      this.put({
        rule: "nothing-exported",
        severity: "warning",
        message: "the file exports no policy, tier or claims",
        span: mainLine(root),
        help: "export what it makes: `export default policy(...)`",
      });
    this.exported.push({ file: root.source.path, documents });
  }

  private addThrown(root: PolicyModule, json: string): void {
    const { name, message, text } = parseRecord(json);
    const said = typeof message === "string" && message !== "" ? message : `threw ${String(text)}`;
    const kind =
      typeof name === "string" && name !== "Error" && typeof message === "string" ? `${name}: ` : "";
    this.error(
      "evaluation-error",
      this.where(root, json),
      (kind + said).slice(0, 500).replace(/\s*\n\s*/g, " "),
    );
  }

  /** The line of the innermost stack frame in a policy file. */
  private where(root: PolicyModule, json: string | undefined): Span {
    const { stack, site } = json === undefined ? {} : parseRecord(json);
    for (const frame of typeof stack === "string" ? stack.split("\n") : []) {
      const [, number, line, column] = /\bfile:(\d+):(\d+):(\d+)\)?$/.exec(frame) ?? [];
      const module = this.modules[Number(number)];
      const offset = this.instrumented[Number(number)]?.positions.offset(Number(line), Number(column));
      if (module && offset !== undefined) return lineAt(module, offset);
    }
    return this.table.of({ site }, new Place(root.source.path, mainLine(root))).span;
  }

  private error(rule: string, span: Span, message: string): void {
    const help = /: '.*' is read-only$|: object is not extensible$/.test(message)
      ? "the language's own objects and polc's are frozen: a policy file makes new ones"
      : undefined;
    this.put({ rule, severity: "error", message: printable(message), span, ...(help && { help }) });
  }

  /** Two files that import a third one report its error once. */
  private put(diagnostic: Diagnostic): void {
    const { file, start } = diagnostic.span;
    this.diagnostics.set(JSON.stringify([diagnostic.rule, file, start, diagnostic.message]), diagnostic);
  }
}

function parseRecord(json: string): Readonly<Record<string, unknown>> {
  const value: unknown = JSON.parse(json);
  return isRecord(value) ? value : {};
}

/** A line without the blanks around it. */
function lineAt({ source }: PolicyModule, offset: number): Span {
  const { text, path } = source;
  const before = text.slice(0, offset);
  const start = Math.max(before.lastIndexOf("\n"), before.lastIndexOf("\r")) + 1;
  const line = /^[^\r\n]*/.exec(text.slice(start))![0];
  const first = start + line.length - line.trimStart().length;
  return { file: path, start: first, end: Math.max(first, start + line.trimEnd().length) };
}

/** The line that stands for a file: its last export, or else its first statement that is no import. */
function mainLine(module: PolicyModule): Span {
  const { statements } = module.ast;
  const main =
    statements.findLast(
      (statement) =>
        ts.isExportAssignment(statement) ||
        (ts.canHaveModifiers(statement) &&
          ts.getModifiers(statement)?.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword)),
    ) ?? statements.find((statement) => !ts.isImportDeclaration(statement));
  return lineAt(module, main?.getStart(module.ast) ?? 0);
}
