/** Policy files to IR, without a cache: check types, evaluate, lower. This is the part that loads TypeScript. */
import type { Diagnostic } from "../../source/diagnostic.js";
import type { SourceFile } from "../../source/source_file.js";
import { EMPTY_INVENTORY } from "../../ir/inventory.js";
import type { ParsedFile } from "../parsed_file.js";
import { evaluate } from "./sandbox/evaluate.js";
import type { Evaluation } from "./sandbox/evaluate.js";
import { EvaluationPlaces } from "./sandbox/evaluation_place.js";
import { EvaluationReport } from "./sandbox/evaluation_report.js";
import type { Inputs } from "./inputs.js";
import { instrument } from "./sandbox/instrument.js";
import type { Instrumented } from "./sandbox/instrument.js";
import { lower } from "./lower/lower.js";
import type { Exported } from "./lower/lower.js";
import { Sites } from "./lower/place.js";
import type { Site } from "./lower/place.js";
import { ModuleGraph } from "./module_graph.js";
import type { PolicyModule } from "./module_graph.js";
import { SURFACE, ownModules } from "./sandbox/own_modules.js";
import type { SandboxModule } from "./sandbox/sandbox_worker.js";
import { typeCheck } from "./type_check.js";

export interface Compiled {
  readonly files: readonly SourceFile[];
  readonly parsed: ParsedFile;
}

export interface Question {
  /** Absolute. */
  readonly paths: readonly string[];
  /** Absolute, symbolic links followed. */
  readonly root: string;
  /** What paths are shown relative to. */
  readonly cwd: string;
  /** Milliseconds for the evaluation of all files. */
  readonly timeMs: number;
}

export async function compile({ paths, root, cwd, timeMs }: Question, inputs: Inputs): Promise<Compiled> {
  const graph = new ModuleGraph(root, cwd, inputs);
  const roots = [...new Set(paths.map((path) => graph.addRoot(path)))].filter(
    (module) => module !== undefined,
  );
  const typeErrors = typeCheck(graph.modules);
  const diagnostics = [...graph.diagnostics, ...[...typeErrors.values()].flat()];
  const sound = roots.filter((module) =>
    [...closure(module)].every((each) => each.sound && each.refused.length === 0 && !typeErrors.has(each)),
  );
  const run = await runModules(sound, timeMs);
  const lowered = lower(run.exported, run.sites);
  diagnostics.push(...run.diagnostics, ...lowered.diagnostics);
  return {
    files: graph.sources,
    parsed: {
      policies: lowered.policies,
      claims: lowered.claims,
      configs: lowered.configs,
      inventory: EMPTY_INVENTORY,
      diagnostics: inOrder(diagnostics, graph.sources),
      observations: [],
    },
  };
}

interface Run {
  readonly exported: readonly Exported[];
  readonly sites: readonly Site[];
  readonly diagnostics: readonly Diagnostic[];
}

async function runModules(roots: readonly PolicyModule[], timeMs: number): Promise<Run> {
  if (roots.length === 0) return { exported: [], sites: [], diagnostics: [] };
  const sites: Site[] = [];
  const modules: Record<string, SandboxModule> = ownModules();
  const evaluated = [...new Set(roots.flatMap((root) => [...closure(root)]))];
  const numbers = new Map(evaluated.map((module, number) => [module, number]));
  // In stack traces a module is its number, which says nothing of this machine.
  const nameOf = (module: PolicyModule) => `file:${numbers.get(module)}`;
  const instrumented: Instrumented[] = [];
  for (const module of evaluated) {
    const made = instrument(module.ast, module.source.path, sites);
    const imports = Object.fromEntries(
      [...module.imports].map(([specifier, other]) => [specifier, nameOf(other)]),
    );
    instrumented.push(made);
    modules[nameOf(module)] = { code: made.code, imports: { ...imports, ...made.imports, polc: SURFACE } };
  }
  const evaluations: Evaluation[] = await evaluate(modules, roots.map(nameOf), timeMs);
  const table = new Sites(sites);
  const report = new EvaluationReport(new EvaluationPlaces(evaluated, instrumented, table), table, timeMs);
  evaluations.forEach((evaluation, index) => report.add(roots[index]!, evaluation));
  return { exported: report.exported, sites, diagnostics: report.diagnostics() };
}

/** A module with all that it imports. */
function closure(module: PolicyModule): Set<PolicyModule> {
  const found = new Set([module]);
  // A set's iteration goes on to what is added during it.
  for (const each of found) for (const other of each.imports.values()) found.add(other);
  return found;
}

function inOrder(diagnostics: readonly Diagnostic[], sources: readonly SourceFile[]): Diagnostic[] {
  const order = new Map(sources.map(({ path }, index) => [path, index]));
  const at = ({ span }: Diagnostic) => order.get(span.file) ?? 0;
  return [...diagnostics].sort((a, b) => at(a) - at(b) || a.span.start - b.span.start);
}
