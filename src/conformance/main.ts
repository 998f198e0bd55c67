/** `npm run conformance -- --engine reference|kernel|lab FILE...` */
import { readFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { EXIT } from "../cli/exit.js";
import { LabError } from "../lab/command.js";
import { printable } from "../source/printable.js";
import { CaseFileError, parseCaseFile } from "./case_file.js";
import type { Case } from "./case_file.js";
import type { Engine } from "./engine.js";
import { runCase } from "./run_case.js";
import type { CaseResult, Tally } from "./run_case.js";

const USAGE = "usage: npm run conformance -- [--engine reference|kernel|lab] [--case TEXT] FILE...";

/** Heavy modules load only for the engine that was asked for. */
const ENGINES: Record<string, () => Promise<Engine>> = {
  reference: async () => (await import("./reference_engine.js")).referenceEngine(),
  kernel: async () => (await import("./kernel_engine.js")).kernelEngine(),
  lab: async () => (await import("./lab_engine.js")).labEngine(),
};

process.exitCode = await main();

async function main(): Promise<number> {
  const options = { engine: { type: "string", default: "reference" }, case: { type: "string" } } as const;
  let args;
  try {
    args = parseArgs({ options, allowPositionals: true });
  } catch (error) {
    return usage(error instanceof Error ? error.message : String(error));
  }
  const makeEngine = ENGINES[args.values.engine];
  if (!makeEngine) return usage(`there is no engine ${args.values.engine}`);
  if (args.positionals.length === 0) return usage("no file is given");
  const wanted = args.values.case;
  let cases: Case[];
  try {
    cases = args.positionals.flatMap(readCases).filter(({ name }) => !wanted || name.includes(wanted));
  } catch (error) {
    if (error instanceof CaseFileError) return usage(error.message);
    throw error;
  }
  if (cases.length === 0) return usage("there is no such case");
  try {
    return report(args.values.engine, await runAll(cases, makeEngine));
  } catch (error) {
    if (error instanceof CaseFileError || error instanceof LabError) return usage(error.message);
    throw error;
  }
}

function readCases(path: string): Case[] {
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (error) {
    throw new CaseFileError(path, error instanceof Error ? error.message : String(error));
  }
  try {
    return parseCaseFile(text);
  } catch (error) {
    if (error instanceof CaseFileError) throw new CaseFileError(path, error.message);
    throw error;
  }
}

async function runAll(cases: readonly Case[], makeEngine: () => Promise<Engine>): Promise<CaseResult[]> {
  const engine = await makeEngine();
  const results = new Array<CaseResult>(cases.length);
  const queue = cases.entries();
  const worker = async () => {
    for (const [index, test] of queue) {
      const started = performance.now();
      const result = await runCase(test, engine);
      results[index] = result;
      const line = `${result.outcome.padEnd(7)} ${printable(test.name)} (${Math.round(performance.now() - started)} ms)`;
      process.stderr.write(`${line}\n`);
    }
  };
  try {
    await Promise.all(Array.from({ length: engine.width }, worker));
  } finally {
    await engine.close();
  }
  return results;
}

function report(engine: string, results: readonly CaseResult[]): number {
  const lines: string[] = [];
  for (const { name, failures } of results)
    for (const failure of failures) lines.push(`FAILED ${printable(name)}: ${failure}`);
  const outcomes = results.map(({ outcome }) => outcome);
  lines.push(`engine ${engine}: cells, then cases`);
  lines.push(tallyLine(sum(results.map(({ cells }) => cells))));
  lines.push(tallyLine(sum(outcomes.map((outcome) => ({ passed: 0, failed: 0, skipped: 0, [outcome]: 1 })))));
  process.stdout.write(`${lines.join("\n")}\n`);
  return outcomes.includes("failed") ? EXIT.findings : EXIT.ok;
}

function sum(tallies: readonly Tally[]): Tally {
  const add = (key: keyof Tally) => tallies.reduce((total, tally) => total + tally[key], 0);
  return { passed: add("passed"), failed: add("failed"), skipped: add("skipped") };
}

function tallyLine({ passed, failed, skipped }: Tally): string {
  return `${passed} passed, ${failed} failed, ${skipped} skipped`;
}

function usage(message: string): number {
  process.stderr.write(`conformance: ${printable(message)}\n${USAGE}\n`);
  return EXIT.usage;
}
