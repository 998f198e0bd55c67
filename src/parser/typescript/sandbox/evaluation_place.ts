import type { Span } from "../../../source/span.js";
import type { Instrumented } from "./instrument.js";
import { Place, Sites } from "../lower/place.js";
import { isRecord } from "../lower/report.js";
import type { Untrusted } from "../lower/place.js";
import type { PolicyModule } from "../module_graph.js";
import type TS from "typescript";
import { ts } from "../typescript.js";

/** Where in the policy files an evaluation ended. What the sandbox says about it is untrusted. */
export class EvaluationPlaces {
  /** @param modules in the order of their numbers in the sandbox, as `instrumented` */
  constructor(
    private readonly modules: readonly PolicyModule[],
    private readonly instrumented: readonly Instrumented[],
    private readonly sites: Sites,
  ) {}

  /**
   * The line of the innermost stack frame in a policy file; without one, what was thrown, by its `throw` statement.
   * @param thrown JSON by guest/collect.ts
   */
  ofThrown(root: PolicyModule, thrown: string | undefined): Span {
    const { stack, site } = parseRecord(thrown);
    return this.frame(stack) ?? this.sites.of({ site }, mainPlace(root)).span;
  }

  /**
   * Of an evaluation that was stopped: between two statements the interpreter may not know where, only in which function,
   * or not even that; then it is the last loop that began a round.
   */
  ofStopped(root: PolicyModule, thrown: string | undefined): Span {
    const { stack, loop } = parseRecord(thrown);
    const known = this.frame(stack);
    const { file, span } = this.sites.of({ site: loop }, mainPlace(root));
    const module = this.modules.find(({ source }) => source.path === file) ?? root;
    const looping = lineAt(module, span.start);
    return !known || (known.file === file && beginsFunctionAround(module, known, span.start))
      ? looping
      : known;
  }

  private frame(stack: unknown): Span | undefined {
    for (const frame of typeof stack === "string" ? stack.split("\n") : []) {
      const [, number, line, column] = /\bfile:(\d+):(\d+):(\d+)\)?$/.exec(frame) ?? [];
      const module = this.modules[Number(number)];
      const offset = this.instrumented[Number(number)]?.positions.offset(Number(line), Number(column));
      if (module && offset !== undefined) return lineAt(module, offset);
    }
    return undefined;
  }
}

export function parseRecord(json: string | undefined): Untrusted {
  const value: unknown = json === undefined ? undefined : JSON.parse(json);
  return isRecord(value) ? value : {};
}

/** The line that stands for a file: its last export, or else its first statement that is no import. */
export function mainPlace(module: PolicyModule): Place {
  const { statements } = module.ast;
  const isExport = (statement: (typeof statements)[number]) =>
    ts.isExportAssignment(statement) ||
    (ts.canHaveModifiers(statement) &&
      ts.getModifiers(statement)?.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword));
  const main =
    statements.findLast(isExport) ?? statements.find((statement) => !ts.isImportDeclaration(statement));
  const { file, start, end } = lineAt(module, main?.getStart(module.ast) ?? 0);
  return new Place(file, { start, end });
}

/** On this line a function begins that the offset is in: the interpreter names its start if it knows no better. */
function beginsFunctionAround({ ast }: PolicyModule, line: Span, offset: number): boolean {
  const search = (node: TS.Node): boolean => {
    if (offset < node.pos || node.end <= offset) return false;
    const start = node.getStart(ast);
    const begins = ts.isFunctionLike(node) && line.start <= start && start < line.end && start < offset;
    return begins || ts.forEachChild(node, search) === true;
  };
  return search(ast);
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
