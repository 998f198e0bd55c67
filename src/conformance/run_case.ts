/** Runs one case in an engine and compares. */
import type { Inventory } from "../ir/inventory.js";
import { printable } from "../source/printable.js";
import type { Case, Step } from "./case_file.js";
import { clusterOf, fillIn, relabelled } from "./cluster.js";
import type { Answer, Engine, EngineCase, Pair } from "./engine.js";
import { isAccepted, readPolicies } from "./policies.js";

export interface Tally {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

export interface CaseResult {
  readonly name: string;
  readonly outcome: "passed" | "failed" | "skipped";
  readonly cells: Tally;
  /** One line for each failed cell and each wrong answer about an object's validity. */
  readonly failures: readonly string[];
  /** Why cells were skipped, one entry for each. */
  readonly skips: readonly string[];
}

/** Steps run in order, each on what the one before left. A step that cannot run fails all its cells. */
export async function runCase(test: Case, engine: Engine): Promise<CaseResult> {
  const failures = test.validation.flatMap(({ policy, valid, reason }, index) =>
    isAccepted(policy) === valid
      ? []
      : [`validation ${index + 1}: expected ${accepted(valid)} (${reason}), got ${accepted(!valid)}`],
  );
  const skips: string[] = [];
  const counts = { passed: 0, failed: 0, skipped: 0 };
  const report = ({ outcome, text }: CellLine) => {
    counts[outcome]++;
    if (outcome === "failed") failures.push(text);
    if (outcome === "skipped") skips.push(text);
  };
  if (test.steps.length > 0 && test.model.pods.length > 0) {
    const cluster = clusterOf(test.model);
    const running = await begin(engine, cluster);
    await runSteps(test, cluster, running, report).finally(() => running.end());
  }
  const checked = counts.passed + counts.failed + test.validation.length;
  const outcome = failures.length > 0 ? "failed" : checked > 0 ? "passed" : "skipped";
  return { name: test.name, outcome, cells: counts, failures, skips };
}

/** A case that cannot even begin fails in each of its steps. */
async function begin(engine: Engine, cluster: Inventory): Promise<EngineCase> {
  try {
    return await engine.begin(cluster);
  } catch (error) {
    return { step: () => Promise.reject(error), end: () => Promise.resolve() };
  }
}

interface CellLine {
  readonly outcome: keyof Tally;
  readonly text: string;
}

async function runSteps(
  test: Case,
  start: Inventory,
  running: EngineCase,
  report: (line: CellLine) => void,
): Promise<void> {
  let cluster = start;
  for (const [index, step] of test.steps.entries()) {
    if (step.relabel) cluster = relabelled(cluster, step.relabel);
    const { pods } = cluster;
    const pairs = pods.flatMap((from) => pods.map((to) => ({ from, to })));
    const answers = await answersOf(step, cluster, running, pairs);
    const expected = expectation(step);
    for (const [cell, pair] of pairs.entries())
      report(cellLine(`step ${index + 1} (${step.action})`, step, pair, expected(pair), answers[cell]!));
  }
}

async function answersOf(
  step: Step,
  cluster: Inventory,
  running: EngineCase,
  pairs: readonly Pair[],
): Promise<readonly Answer[]> {
  const failed = (reason: string) => pairs.map((): Answer => ({ verdict: "error", reason }));
  try {
    const { policies, sources, refused } = readPolicies(
      step.policies.map((policy) => fillIn(policy, cluster)),
    );
    if (refused[0]) return failed(`${refused[0].span.file} is refused: ${refused[0].message}`);
    return await running.step(
      { cluster, policies, sources, protocol: step.protocol, port: step.port },
      pairs,
    );
  } catch (error) {
    return failed(error instanceof Error ? error.message : String(error));
  }
}

function expectation({ expect }: Step): (pair: Pair) => "allow" | "deny" {
  const exceptions = new Set(expect.exceptions.map(([from, to]) => `${from} ${to}`));
  const other = expect.default === "allow" ? "deny" : "allow";
  return ({ from, to }) =>
    exceptions.has(`${from.namespace}/${from.name} ${to.namespace}/${to.name}`) ? other : expect.default;
}

function cellLine(
  at: string,
  step: Step,
  { from, to }: Pair,
  expected: "allow" | "deny",
  answer: Answer,
): CellLine {
  if (answer.verdict === "skipped") return { outcome: "skipped", text: answer.reason };
  if (answer.verdict === expected) return { outcome: "passed", text: "" };
  const got = answer.verdict === "error" ? `error: ${answer.reason}` : answer.verdict;
  const ends = `${from.namespace}/${from.name} -> ${to.namespace}/${to.name}`;
  return {
    outcome: "failed",
    text: printable(`${at}: ${ends} ${step.port}/${step.protocol}: expected ${expected}, got ${got}`),
  };
}

function accepted(valid: boolean): string {
  return valid ? "accepted" : "refused";
}
