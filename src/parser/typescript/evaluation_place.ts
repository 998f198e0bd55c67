import type { Span } from "../../source/span.js";
import type { Instrumented } from "./instrument.js";
import { Place, Sites } from "./lower/place.js";
import { isRecord } from "./lower/report.js";
import type { Untrusted } from "./lower/place.js";
import type { PolicyModule } from "./module_graph.js";
import { ts } from "./typescript.js";

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

  /** Of an evaluation that was stopped: in a module's own code the interpreter may not know where, only in which loop. */
  ofStopped(root: PolicyModule, thrown: string | undefined): Span {
    const { stack, loop } = parseRecord(thrown);
    const known = this.frame(stack);
    if (known) return known;
    const { file, span } = this.sites.of({ site: loop }, mainPlace(root));
    return lineAt(this.modules.find(({ source }) => source.path === file) ?? root, span.start);
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

/** A line without the blanks around it. */
function lineAt({ source }: PolicyModule, offset: number): Span {
  const { text, path } = source;
  const before = text.slice(0, offset);
  const start = Math.max(before.lastIndexOf("\n"), before.lastIndexOf("\r")) + 1;
  const line = /^[^\r\n]*/.exec(text.slice(start))![0];
  const first = start + line.length - line.trimStart().length;
  return { file: path, start: first, end: Math.max(first, start + line.trimEnd().length) };
}
