import type { Code } from "../../../source/codes.js";
import type { Diagnostic } from "../../../source/diagnostic.js";
import { printable } from "../../../source/printable.js";
import type { Span } from "../../../source/span.js";
import type { Evaluation } from "./evaluate.js";
import { mainPlace, parseRecord } from "./evaluation_place.js";
import type { EvaluationPlaces } from "./evaluation_place.js";
import { LIMITS } from "../limits.js";
import type { Exported } from "../lower/lower.js";
import type { Sites, Untrusted } from "../lower/place.js";
import { isRecord } from "../lower/report.js";
import type { PolicyModule } from "../module_graph.js";

const FROZEN = /: '.*' is read-only$|: object is not extensible$/;

/** Says of each evaluated file what it exports, or what went wrong. What the sandbox printed is untrusted. */
export class EvaluationReport {
  readonly exported: Exported[] = [];
  private readonly found = new Map<string, Diagnostic>();
  private readonly made = new Map<string, { readonly root: PolicyModule; readonly document: Untrusted }>();

  constructor(
    private readonly places: EvaluationPlaces,
    private readonly sites: Sites,
    private readonly timeMs: number,
  ) {}

  add(root: PolicyModule, evaluation: Evaluation): void {
    const { places } = this;
    const main = () => mainPlace(root).span;
    switch (evaluation.kind) {
      case "done":
        return this.addDocuments(root, evaluation.sandbox, evaluation.json);
      case "thrown":
        return this.error(
          "evaluation-error",
          places.ofThrown(root, evaluation.thrown),
          messageOf(evaluation.thrown),
        );
      case "time": {
        const message = `evaluation took longer than ${this.timeMs} ms`;
        return this.error("time-limit", places.ofStopped(root, evaluation.thrown), message);
      }
      case "memory": {
        const message = "evaluation needed more than 64 MiB of memory";
        return this.error("memory-limit", places.ofStopped(root, evaluation.thrown), message);
      }
      case "stack":
        return this.error(
          "stack-limit",
          places.ofThrown(root, evaluation.thrown),
          "the recursion is too deep",
        );
      case "too-long": {
        const message = `the file exports more than ${LIMITS.resultLength >> 20} Mi characters of policy`;
        return this.error("result-limit", main(), message);
      }
      case "pending":
        return this.error("evaluation-error", main(), "the file awaits a promise that never settles");
      case "skipped":
        return this.error("time-limit", main(), "not evaluated: another file used up the time limit");
      case "broken":
        return this.error("sandbox-error", main(), `the sandbox ended: ${evaluation.reason}`);
    }
  }

  /** All diagnostics, with those about documents that were made and that no file exports. */
  diagnostics(): Diagnostic[] {
    for (const { root, document } of this.made.values()) {
      const { name } = document;
      this.put({
        rule: "not-exported",
        severity: "warning",
        message: printable(
          `${typeof name === "string" ? `"${name}"` : "this"} is not exported, so it has no effect`,
        ),
        span: this.sites.of(document, mainPlace(root)).span,
        help: "export it: `export default ...`",
      });
    }
    return [...this.found.values()];
  }

  private addDocuments(root: PolicyModule, sandbox: number, json: string): void {
    const { exported, made } = parseRecord(json);
    const documents = Array.isArray(exported) ? exported.filter(isRecord) : [];
    for (const document of Array.isArray(made) ? made.filter(isRecord) : [])
      this.made.set(`${sandbox}/${String(document["id"])}`, { root, document });
    for (const document of documents) this.made.delete(`${sandbox}/${String(document["id"])}`);
    if (documents.length === 0)
      this.put({
        rule: "nothing-exported",
        severity: "warning",
        message: "the file exports no policy, tier or claims",
        span: mainPlace(root).span,
        help: "export what it creates: `export default policy(...)`",
      });
    this.exported.push({ file: root.source.path, documents });
  }

  private error(rule: Code, span: Span, message: string): void {
    const help = FROZEN.test(message)
      ? "built-in objects and polc's are frozen: create new ones instead"
      : undefined;
    this.put({ rule, severity: "error", message: printable(message), span, ...(help && { help }) });
  }

  /** Two files that import a third one report its error once. */
  private put(diagnostic: Diagnostic): void {
    const { file, start } = diagnostic.span;
    this.found.set(JSON.stringify([diagnostic.rule, file, start, diagnostic.message]), diagnostic);
  }
}

function messageOf(thrown: string): string {
  const { name, message, text } = parseRecord(thrown);
  if (typeof message !== "string" || message === "") return `threw ${String(text)}`;
  const kind = typeof name === "string" && name !== "Error" ? `${name}: ` : "";
  return (kind + message).slice(0, 500).replace(/\s*\n\s*/g, " ");
}
