/** Runs cases, as many at once as the engine can. */
import type { Case } from "./case_file.js";
import type { Engine } from "./engine.js";
import { runCase } from "./run_case.js";
import type { CaseResult } from "./run_case.js";

/**
 * The results in the order of the cases. `done` is called as each case ends, with its milliseconds. When `signal` aborts, the
 * cases that run are ended and the engine is closed before its reason is thrown.
 */
export async function runAll(
  cases: readonly Case[],
  makeEngine: () => Promise<Engine>,
  signal: AbortSignal,
  done: (result: CaseResult, ms: number) => void,
): Promise<CaseResult[]> {
  const engine = await makeEngine();
  const results = new Array<CaseResult>(cases.length);
  const queue = cases.entries();
  const worker = async () => {
    for (const [index, test] of queue) {
      signal.throwIfAborted();
      const started = performance.now();
      results[index] = await runCase(test, engine);
      signal.throwIfAborted();
      done(results[index], performance.now() - started);
    }
  };
  try {
    // All workers end, so that nothing still runs in the engine when it is closed.
    const ended = await Promise.allSettled(Array.from({ length: engine.width }, worker));
    for (const end of ended) if (end.status === "rejected") throw end.reason;
  } finally {
    await engine.close();
  }
  return results;
}
