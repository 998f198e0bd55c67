/** `npm run conformance -- --engine reference|kernel|lab|lab-tables FILE...` */
import { readFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { LabError } from "../lab/command.js";
import { TestRunError } from "../verify/test_run.js";
import { Interrupted, interruptible } from "../lab/run/interruption.js";
import { printable } from "../source/printable.js";
import { CaseFileError } from "./case_fields.js";
import { parseCaseFile } from "./case_file.js";
import type { Case } from "./case_file.js";
import { checkCase } from "./cluster.js";
import { ENGINES } from "./engines.js";
import { runAll } from "./run_all.js";
import type { CaseResult, Tally } from "./run_case.js";

const USAGE =
  "usage: npm run conformance -- [--engine reference|kernel|lab|lab-tables] [--case TEXT] FILE...";

/** `failed`: a cell or a fact is not as expected. `usage`: nothing was run. 130: as shells report SIGINT. */
const EXIT = { ok: 0, failed: 1, usage: 2, interrupted: 130 } as const;

process.exitCode = await main();

async function main(): Promise<number> {
  const options = { engine: { type: "string", default: "reference" }, case: { type: "string" } } as const;
  let args;
  try {
    args = parseArgs({ options, allowPositionals: true });
  } catch (error) {
    return usage(error instanceof Error ? error.message : String(error));
  }
  const makeEngine = Object.hasOwn(ENGINES, args.values.engine) ? ENGINES[args.values.engine] : undefined;
  if (!makeEngine) return usage(`unknown engine ${args.values.engine}`);
  if (args.positionals.length === 0) return usage("name at least one file");
  const wanted = args.values.case;
  let cases: Case[];
  try {
    cases = args.positionals.flatMap(readCases).filter(({ name }) => !wanted || name.includes(wanted));
  } catch (error) {
    if (error instanceof CaseFileError) return usage(error.message);
    throw error;
  }
  if (cases.length === 0) return usage("no case matches");
  try {
    return report(
      args.values.engine,
      await interruptible((signal) => runAll(cases, makeEngine, signal, progress)),
    );
  } catch (error) {
    if (error instanceof Interrupted) return EXIT.interrupted;
    if (error instanceof LabError || error instanceof TestRunError) return usage(error.message);
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
    const cases = parseCaseFile(text);
    for (const test of cases) checkCase(test);
    return cases;
  } catch (error) {
    if (error instanceof CaseFileError) throw new CaseFileError(path, error.message);
    throw error;
  }
}

function progress({ outcome, name }: CaseResult, ms: number): void {
  process.stderr.write(`${outcome.padEnd(7)} ${printable(name)} (${Math.round(ms)} ms)\n`);
}

function report(engine: string, results: readonly CaseResult[]): number {
  const lines: string[] = [];
  for (const { name, failures } of results)
    for (const failure of failures) lines.push(`FAILED ${printable(name)}: ${failure}`);
  const skips = new Map<string, number>();
  for (const reason of results.flatMap((result) => result.skips))
    skips.set(reason, (skips.get(reason) ?? 0) + 1);
  for (const [reason, count] of skips) lines.push(`skipped ${count} cells: ${printable(reason)}`);
  const outcomes = results.map(({ outcome }) => outcome);
  lines.push(`engine ${engine}: cells, then cases`);
  lines.push(tallyLine(sum(results.map(({ cells }) => cells))));
  lines.push(tallyLine(sum(outcomes.map((outcome) => ({ passed: 0, failed: 0, skipped: 0, [outcome]: 1 })))));
  process.stdout.write(`${lines.join("\n")}\n`);
  return outcomes.includes("failed") ? EXIT.failed : EXIT.ok;
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
